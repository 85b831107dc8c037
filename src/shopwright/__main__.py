"""`python -m shopwright`."""

from shopwright.cli.app import main

if __name__ == "__main__":
    main()
