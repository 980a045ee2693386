# SPDX-License-Identifier: GPL-2.0-only
# bash completion of pcpbench. The Makefile puts the tables that `pcpbench help --bash-completion`
# prints in front of it: what options, values and arguments there are is known to the program alone.

# What `pcpbench list` names under a title: a line each, or words behind the title.
_pcpbench_names() {	# TITLE, a regular expression
	"$_pcpbench_program" list 2>/dev/null | awk -v title="^$1" '
		$0 ~ title { inside = 1; if (sub(/^[^:]*: /, "")) print; next }
		/^[^ ]/ { inside = 0 }
		inside && /^  [^ ]/ { print $1 }'
}

_pcpbench_from_words() {	# WORDS
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$_pcpbench_begun")
}

_pcpbench_from_files() {	# compgen's -f or -d
	compopt -o filenames 2>/dev/null
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$1" -- "$_pcpbench_begun")
}

# A list with commas goes on behind its last comma.
_pcpbench_from_list() {	# WORDS
	local done= word
	case $_pcpbench_begun in
	*,*) done=${_pcpbench_begun%,*}, ;;
	esac
	for word in $1; do
		_pcpbench_from_words "$done$word"
	done
}

# NAME of --strategy is one of the strategies, and so on.
_pcpbench_from_option() {	# OPTION
	case $1 in
	--workload | -w) _pcpbench_from_words "$(_pcpbench_names Workloads)" ;;
	--strategy | -s) _pcpbench_from_list "$(_pcpbench_names 'Strategies$')" ;;
	--kernel | -k) _pcpbench_from_words "$(_pcpbench_names Kernels)" ;;
	--series | -p) _pcpbench_from_words "percpu-pool none" ;;
	--format) _pcpbench_from_words "$(_pcpbench_formats)" ;;
	--set)
		compopt -o nospace 2>/dev/null
		_pcpbench_from_words "$(_pcpbench_names Parameters | sed 's/$/=/')"
		;;
	esac
}

# "exact|realtime" are words to choose from; capitals stand for something.
_pcpbench_from_placeholder() {	# PLACEHOLDER OPTION
	local part
	for part in ${1//|/ }; do
		case $part in
		FILE | TARBALL) _pcpbench_from_files -f ;;
		DIR | TREE) _pcpbench_from_files -d ;;
		NAME* | VERSION | *KEY=VALUE) _pcpbench_from_option "$2" ;;
		[a-z]*) _pcpbench_from_words "$part" ;;
		esac
	done
}

_pcpbench_from_arguments() {	# COMMAND
	case $(_pcpbench_arguments "$1") in
	*RESULT* | *RUN* | *OLD* | *PART*) _pcpbench_from_files -f ;;
	'A B'*)
		_pcpbench_from_option --series
		_pcpbench_from_files -d
		;;
	*COMMAND*) _pcpbench_from_words "$(_pcpbench_options '' | sed 's/ --.*//')" ;;
	esac
}

_pcpbench() {
	local _pcpbench_program=${COMP_WORDS[0]} _pcpbench_begun=${COMP_WORDS[COMP_CWORD]}
	local command= option=${COMP_WORDS[COMP_CWORD - 1]} value=

	COMPREPLY=()
	[ "$COMP_CWORD" -gt 1 ] && command=${COMP_WORDS[1]}
	# bash cuts --option=value in three
	if [ "$_pcpbench_begun" = = ]; then
		_pcpbench_begun=
		value=$(_pcpbench_value "$command $option=")
	elif [ "$option" = = ] && [ "$COMP_CWORD" -gt 2 ]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
		value=$(_pcpbench_value "$command $option=")
	fi
	[ -n "$value" ] || value=$(_pcpbench_value "$command $option")
	if [ -n "$value" ]; then
		_pcpbench_from_placeholder "$value" "$option"
	elif [ -z "$command" ] || [ "${_pcpbench_begun#-}" != "$_pcpbench_begun" ]; then
		_pcpbench_from_words "$(_pcpbench_options "$command")"
	else
		_pcpbench_from_arguments "$command"
	fi
}

complete -F _pcpbench pcpbench
