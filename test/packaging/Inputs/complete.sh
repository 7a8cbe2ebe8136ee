# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# complete.sh COMPLETION WORD...: what bash would offer for the last word.
source "$1"
shift
compopt() { :; } # there is no line that is edited
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
_gfpcheck
printf '%s\n' "${COMPREPLY[@]}"
