"""An emulated terminal, for the tests and for measuring what a program costs behind a thin line.

Bytes flow through the modules in this order: `tokens` cuts them into text and sequences, `screen` keeps cells and
what lies on them, `kitty`, `inline` and `sixel` take pictures in, `questions` answers what needs no screen, `emulator`
puts these together for one of `profiles`, `picture` draws what a person sees and `likeness` compares it. `link` is a
shaped line, `process` a program on a pseudo-terminal, `script` the keys pressed, `session` a measured run of it all,
`records` what it found. `python -m devtools.emulator --help` does it from the command line.

Enough of a terminal for what the program sends and for catching what it must not do; not a test of conformance.
"""
