"""Self-study civic orientation for people who come to live in Flanders or Brussels.

The map of the packages, top to bottom; imports only ever point downwards.

cli         the `pretraject` command
archive     the whole database in one file: back-up, restore, move
demo        a throw-away site to look at
serving     runs the site under gunicorn
keys        the key that protects codes and identifiers, and changing it
patience    gathers requests before a thread takes them
work        what is due later
verification  whether every row is one that the rules made
app         puts the application together
schema      brings a database to the current form
privacy     a person's export and erasure, and how long anything is kept
study       learners' pages: reading, signing in, the test, my path
exchange    authorities: enrolments in, completions out
authoring   editors: content files, translation, release
handover    agencies: counsellors, going on after arrival
insight     staff: sign-in and their home page
certificates  what is handed out on paper
completion  facts about who completed what, and the feed of events
assessment  drawing, attempts, scoring
learning    lessons read, where to go on
enrolment   people known to the authority, access codes, dated policy
accounts    sign-in names, secrets, sessions, roles
catalogue   modules, texts, releases, rendering
audit       who looked at a person's data
web         Flask without domain: sessions, errors, forms, languages, headers
core        no Flask: database, errors, clock, locales, crypto
config      every setting
migrations  the steps by which the database came to its current form
"""
