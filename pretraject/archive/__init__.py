"""The whole database in one file that every database can be made from: back-up, restore, move."""
