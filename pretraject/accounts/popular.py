"""Secrets that are tried first, because so many people choose them."""

_WORDS = """
    100000 102030 110110 112211 123123 123321 123654 124578 131313 135790 142536 147258 147852
    147896 159357 159753 159951 187187 200000 246810 252525 258369 258456 321654 333666 357159
    369258 420420 456123 456852 484848 520520 521521 654123 666999 741852 753159 753951 789456
    852456 963852 987456 999000 112358 101112 121314 141516 198765 111222 222333 123456 000001
    0123456789 1122334455 1234512345 1234567890 12345678910 123456789a 123456789q 123456789abc
    12345qwert 1357924680 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 9876543210 a123456789 abc1234567
    abcd123456 abcd1234567 abcdefghij abcdefghijk administrator adminadmin admin12345 admin123456
    alhamdulillah allahakbar allahuakbar asdfasdfasdf asdfghjkl1 asdfghjklm asdfghjkl; azertyuiop
    baseball12 basketball bismillah1 bismillah786 bismillahirrahmanirrahim brussel123 changeme12
    changeme123 computer12 dragon1234 facebook12 facebook123 family1234 fenerbahce firstpassword
    football12 football123 galatasaray geheim1234 hello12345 hellohello helloworld iloveyou12
    iloveyou123 iloveyou1234 iloveyouso inshallah1 internet12 january2026 jesuschrist kurdistan1
    kurdistan123 letmein123 letmein1234 liverpool1 liverpoolfc loveyou123 manchester mashallah1
    master1234 michael123 monkey1234 motdepasse mypassword mypassword1 password00 password01
    password1234 password12 password123 password12345 passwordpassword passw0rd12 passw0rd123
    p@ssw0rd12 p@ssw0rd123 p@ssword123 pass123456 pass1234567 paroleparole poiuytrewq
    pretraject pretraject1 princess12 princess123 qazwsxedcr qazwsxedcrfv qwe123qwe123 qweasdzxc1
    qweqweqwe1 qwerqwerqwer qwerty1234 qwerty12345 qwerty123456 qwerty123456789 qwertyqwerty
    qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] samsung123 samsung1234 secret1234 sunshine12
    sunshine123 superman12 superman123 test123456 testtest12 testtesttest trustno123 vlaanderen
    vlaanderen1 wachtwoord wachtwoord1 wachtwoord123 welcome123 welcome1234 welkom1234 welkom12345
    whatsapp12 whatsapp123 zaqwsxcderfv zxcvbnm123 zxcvbnm1234 zxcvbnmzxcvbnm kennwort12 passwort12
    passwort123 contrasena contraseña contrasena1 contraseña1 senha12345 senha123456 haslo12345
    parola1234 parola12345 sifre12345 sifre123456 пароль1234 пароль12345 йцукенгшщз йцукенгшщзхъ
    azerty1234 azerty12345 azerty123456 belgium123 belgie1234 belgique12 belgique123
"""

POPULAR = frozenset(_WORDS.split())
