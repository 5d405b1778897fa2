"""Everything outside: git, files, the user's home, the network. Neighbours that answer with values or one error."""
