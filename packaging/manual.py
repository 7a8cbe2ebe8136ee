#!/usr/bin/env python3
# Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the manual page and the completions of shells from what `gfpcheck --help` says, so that they
have all of its commands and options.

usage: manual.py GFPCHECK OUTPUT_DIRECTORY"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field


@dataclass
class Option:
    flag: str  # "--format", "-o"
    value: str  # "FILE"; "" for one without
    text: str
    values: list = field(default_factory=list)  # (name, text) of an enumeration


@dataclass
class Command:
    name: str
    text: str
    usage: str = ""
    options: list = field(default_factory=list)


def help_of(program, *words):
    run = subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True,
                         env={**os.environ, "COLUMNS": "1000"})
    return run.stdout


def options_in(text):
    found = []
    for line in text.splitlines():
        option = re.match(r"  (--?[A-Za-z-]+)(?:[= ]<([^>]*)>)?\s+- (.*)$", line)
        value = re.match(r"    =([a-z]+)\s*(?:-\s*(.*))?$", line)
        if option:
            flag, argument, said = option.groups()
            if not flag.startswith("--help-list"):
                found.append(Option(flag, argument or "", said.replace(
                    " (--help-hidden for more)", "")))
        elif value and found:
            found[-1].values.append((value.group(1), (value.group(2) or "").strip()))
    return found


def read(program):
    top = help_of(program)
    overview = top.split("OVERVIEW:", 1)[1].split("USAGE:", 1)[0]
    commands = []
    for name, text in re.findall(r"^  ([a-z]+) +- (.*)$", top.split("SUBCOMMANDS:")[1], re.M):
        said = help_of(program, name)
        usage = re.search(r"USAGE: (?:\S*/)?(gfpcheck .*)", said).group(1)
        commands.append(Command(name, text, usage, options_in(said.split("OPTIONS:", 1)[1])))
    version = subprocess.run([program, "--version"], check=True, capture_output=True,
                             text=True).stdout.split()[1]
    if not commands or not all(command.options for command in commands):
        sys.exit(f"manual.py: the help of {program} is not as it should be")
    return overview, commands, version


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def manual(overview, commands, version):
    summary = overview.strip().splitlines()[0]
    out = [f'.TH GFPCHECK 1 "" "gfpcheck {version}" "User Commands"', ".SH NAME",
           f"gfpcheck \\- {roff(summary)}", ".SH SYNOPSIS"]
    for command in commands:
        out += [".br", f".B {roff(command.usage)}"]
    out += [".SH DESCRIPTION",
            "A static analyzer for the Linux kernel. It reads the whole kernel and reports allocations "
            "that let memory reclaim re\\-enter what the caller is in the middle of, locks that are "
            "taken in reclaim and held across allocations, sleeping in atomic context and in callbacks "
            "that must not block, and their kin.",
            ".PP",
            "Begin with", ".PP", ".RS", ".nf", "gfpcheck capture \\-C LINUX \\-O BUILD",
            "gfpcheck analyze \\-p BUILD", ".fi", ".RE", ".SH COMMANDS"]
    for command in commands:
        out += [f".SS {roff(command.name)}", roff(command.text) + ".",
                ".PP", f".B {roff(command.usage)}"]
        for option in command.options:
            joined = ""
            if option.value:
                joined = ("=" if option.flag.startswith("--") else " ") + f"\\fI{roff(option.value)}\\fR"
            out += [".TP", f"\\fB{roff(option.flag)}\\fR{joined}", roff(option.text)]
            for name, text in option.values:
                out += [".RS", ".TP", f"\\fB{roff(name)}\\fR", roff(text) or "\\&", ".RE"]
    out += [".SH EXIT STATUS", ".TP", "0", "No findings; a question was answered.",
            ".TP", "1", "There are findings.",
            ".TP", "2", "It could not run: what was given cannot be used, and one sentence says why.",
            ".TP", "3", "Incomplete: some files could not be analysed, and findings may be missing.",
            ".SH ENVIRONMENT", ".TP", "GFPCHECK_CACHE",
            "Where captured builds go that are given no directory; the default is ~/.cache/gfpcheck.",
            ".SH FILES", ".TP", ".I BUILD/.gfpcheck/gfpcheck.db",
            "Summaries of all units and the findings of the last analysis. What stands beside it is "
            "a cache that may be deleted.",
            ".SH SEE ALSO", ".BR clang (1),", ".BR git (1)", ""]
    return "\n".join(out)


def shell_words(options):
    return " ".join(o.flag + ("=" if o.value and o.flag.startswith("--") else "") for o in options)


def bash(commands):
    out = ["# Completion of gfpcheck for bash; made from its --help.", "_gfpcheck() {",
           '  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} options="" values=""',
           "  # readline takes = for a word of its own",
           '  if [ "$cur" = "=" ]; then cur=""; elif [ "$prev" = "=" ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi',
           '  [ "${COMP_WORDS[COMP_CWORD]}" != "=" ] || prev=${COMP_WORDS[COMP_CWORD-1]}',
           "  COMPREPLY=()",
           '  if [ "$COMP_CWORD" -eq 1 ]; then',
           f'    mapfile -t COMPREPLY < <(compgen -W "{" ".join(c.name for c in commands)} --help --version" -- "$cur")',
           "    return", "  fi", "  case ${COMP_WORDS[1]} in"]
    for command in commands:
        out.append(f"  {command.name}) options='{shell_words(command.options)}'")
        enums = [o for o in command.options if o.values]
        if enums:
            out.append("    case $prev in")
            for option in enums:
                out.append(f"    {option.flag}) values='{' '.join(n for n, _ in option.values)}' ;;")
            out.append("    esac")
        out.append("    ;;")
    out += ["  esac",
            '  if [ -n "$values" ]; then mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur")',
            '  elif [[ $cur == -* ]]; then',
            '    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")',
            '    [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace',
            '  else compopt -o default; fi', "}", "complete -F _gfpcheck gfpcheck", ""]
    return "\n".join(out)


def zsh_text(text):
    return re.sub(r"([\[\]:'])", lambda m: "'\\''" if m[0] == "'" else "\\" + m[0], text)


def zsh(commands):
    out = ["#compdef gfpcheck", "# Completion of gfpcheck for zsh; made from its --help.", "",
           "local -a commands", "commands=("]
    out += [f"  '{c.name}:{zsh_text(c.text)}'" for c in commands]
    out += [")", "if (( CURRENT == 2 )); then", "  _describe command commands", "  return", "fi",
            "local command=$words[2]", "shift words", "(( CURRENT-- ))", "case $command in"]
    for command in commands:
        out.append(f"{command.name})")
        specs = []
        for option in command.options:
            spec = option.flag + ("=" if option.value and option.flag.startswith("--") else "")
            spec += f"[{zsh_text(option.text)}]"
            if option.values:
                spec += f":{zsh_text(option.value)}:({' '.join(n for n, _ in option.values)})"
            elif option.value:
                spec += f":{zsh_text(option.value)}:_files"
            specs.append(f"'{spec}'")
        out.append("  _arguments " + " \\\n    ".join(specs) + " '*:: :_files'")
        out.append("  ;;")
    return "\n".join(out + ["esac", ""])


def main():
    program, directory = sys.argv[1:]
    overview, commands, version = read(program)
    os.makedirs(directory, exist_ok=True)
    for name, text in (("gfpcheck.1", manual(overview, commands, version)),
                       ("gfpcheck.bash", bash(commands)), ("_gfpcheck", zsh(commands))):
        with open(os.path.join(directory, name), "w", encoding="utf-8") as out:
            out.write(text)


if __name__ == "__main__":
    main()
