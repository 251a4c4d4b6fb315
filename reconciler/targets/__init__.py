"""The targets: what a remote system's answers mean, in the words of the ports. One module or package each."""
