# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The lit suite: test/checks (one folder a check), test/commands and test/capture (one
# behaviour a file), test/kernel (a real Linux tree). RUN lines are bash, with pipefail.
#
#   %gfpcheck      the program                %analyze    test/tools/analyze-one
#   %FileCheck     LLVM's FileCheck           %{fixtures} the miniature kernel
#   %not           LLVM's not                 %{cache}    where kernel sources are unpacked
#   %{packaging}   packaging/                 %{build}    the build directory
#   %valid-sarif   test/tools/valid-sarif      %edit       test/tools/edit-session with gfpcheck-clangd
#   %clangd        gfpcheck-clangd             %plugin     libgfpcheck-clang.so
#
# Features, for REQUIRES and UNSUPPORTED: asan (a sanitized build), linux-6.12 and
# linux-6.1 (that source is in the cache; ./dev kernel puts it there), chromium (that browser can
# be driven: test/tools/browser.py), debootstrap (a Debian can be made from nothing), clangd (there is
# one of the version that gfpcheck is built for).

import os
import shutil
import subprocess

import lit.formats
import lit.util

config.name = "gfpcheck"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".test", ".c"]
config.excludes = ["Inputs", "unit", "bench", "fuzz", "tools", "third-party"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.gfpcheck_test_dir

gfpcheck = os.path.join(config.gfpcheck_bin_dir, "gfpcheck")
fixtures = os.path.join(os.path.dirname(config.test_source_root), "kernel-fixtures")
cache = os.environ.get("GFPCHECK_CACHE") or os.path.join(os.path.expanduser("~"), ".cache/gfpcheck")

config.environment["PATH"] = os.pathsep.join([config.llvm_tools_dir, os.environ.get("PATH", "")])
config.environment["GFPCHECK"] = gfpcheck
for name in ("HOME", "GFPCHECK_CACHE", "ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%gfpcheck", gfpcheck),
    ("%analyze", os.path.join(config.test_source_root, "tools", "analyze-one")),
    ("%valid-sarif", os.path.join(config.test_source_root, "tools", "valid-sarif")),
    # Without an index, which clangd would keep in the sources.
    ("%edit", " ".join([os.path.join(config.test_source_root, "tools", "edit-session"), "--server",
                        gfpcheck + "-clangd", "--server=--background-index=false",
                        "--server=--log=error"])),
    ("%clangd", gfpcheck + "-clangd"),
    ("%plugin", os.path.join(config.gfpcheck_lib_dir, "libgfpcheck-clang.so")),
    ("%FileCheck", os.path.join(config.llvm_tools_dir, "FileCheck")),
    ("%not", os.path.join(config.llvm_tools_dir, "not")),
    ("%{fixtures}", fixtures),
    ("%{cache}", cache),
    ("%{build}", os.path.dirname(config.gfpcheck_bin_dir)),
    ("%{packaging}", os.path.join(os.path.dirname(config.test_source_root), "packaging")),
]

if config.gfpcheck_sanitize:
    config.available_features.add("asan")
elif shutil.which("clangd-22"):
    config.available_features.add("clangd")
for version in ("6.12", "6.1"):
    if os.path.isfile(os.path.join(cache, "linux-source-" + version, "Kbuild")):
        config.available_features.add("linux-" + version)

driven = ["/usr/bin/python3", "-c", "import browser, os; "
          "exit(not (os.path.exists(browser.CHROMIUM) and os.path.exists(browser.DRIVER)))"]
tools = os.path.join(config.test_source_root, "tools")
if not subprocess.run(driven, cwd=tools, stderr=subprocess.DEVNULL).returncode:
    config.available_features.add("chromium")
if os.geteuid() == 0 and lit.util.which("debootstrap"):
    config.available_features.add("debootstrap")
