"""The session form: talks into sessions, rooms and slots, one track in a cell."""
