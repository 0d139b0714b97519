"""One module a command, of the command's name, in the room that `application.ROOMS` says."""
