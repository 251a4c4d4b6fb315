"""Project: what is done with a repository of manifests, from opening it to the end of a run.

    codes     the exit codes of the contract
    stop      how work ends early
    watch     what is told while it goes on, and how it is asked to end
    opening   settings, manifests, the choice of a target
    opened    one target of a repository: its record, its lease, its connection
    asking    what is asked of a target
    approving a saved plan, and what it allows
    planning  a plan is drawn
    applying  a plan is drawn again, held to what was approved, and carried out
    resuming  what was lost is settled, what is left is sent
    rehearsing  a plan is carried out on a stage of its own, and planned again
    landing   what was pulled is merged into files, proven and written
    examining one look at everything that a plan or an apply needs
    project   the same for programs: `from reconciler import Project`

The command line is one caller of this, a program that embeds it another: nothing here prints, prompts, ends
the process or reads the environment behind its caller's back. This front room imports nothing, so that the
exit codes cost nothing.
"""
