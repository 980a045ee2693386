# SPDX-License-Identifier: GPL-2.0-only
#
# What all pictures share. Loaded once, before any picture; the functions and
# variables here outlive the `reset` that starts each of them.

set encoding utf8

# Okabe and Ito's palette, made to be told apart by colour-blind readers, less
# its yellow, which white paper swallows. A strategy's number (its place in
# strategies.def) fixes colour, dash and mark; beyond seven strategies colours
# come again, with other dashes and marks.
colours = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
set linetype 11 dt solid
set linetype 12 dt (12, 4)
set linetype 13 dt (4, 3)
set linetype 14 dt (14, 4, 3, 4)
set linetype 15 dt (14, 4, 3, 4, 3, 4)
marks = "7 5 9 11 13 4 6 8 10 12"
colour(s) = s < 0 ? "#999999" : word(colours, s % 7 + 1)
dash(s) = s < 0 ? 11 : 11 + (s + s / 7) % 5
mark(s) = s < 0 ? 1 : int(word(marks, (s + s / 7) % 10 + 1))
# Lines and marks that lie on each other: the earlier is the wider and the larger, so that its rim
# is seen around the later. Of row i of n, with style s; the floor is thin, and above all.
nested(i, n, widest, thinnest) = n < 2 ? 0.5 * (widest + thinnest) : widest - (widest - thinnest) * (i - 1.0) / (n - 1)
width(s, i, n) = s < 0 ? 1 : nested(i, n, 2.8, 1.4)
size(s, i, n) = s < 0 ? 1.4 : nested(i, n, 1.6, 0.7)
# What a band of 0 or of never looks like: no part of any axis.
band_style = "fc rgb '#eeeeee' fs solid noborder behind"
# What could not be drawn, at the foot.
note_absent = "if (strlen(absent)) { set label absent at screen 0.02, screen 0.02 left tc rgb '#666666' font ',11'; set bmargin 5 }"

# One size for all: readable where a README shows it, some 830 pixels wide.
terminal_svg = "set terminal svg noenhanced size 830,500 font 'DejaVu Sans,Verdana,sans-serif,13' background rgb 'white'"
terminal_png = "set terminal pngcairo noenhanced size 1245,750 font 'DejaVu Sans,13.5' linewidth 1.5 background rgb 'white'"
terminal(format) = format eq "svg" ? terminal_svg : terminal_png

# 1, 10, 100, 1 k, … of a count of instructions; 1 ns, 1 µs, … of a time.
counted(v) = v < 1e3 ? sprintf("%g", v) : v < 1e6 ? sprintf("%g k", v / 1e3) : \
	v < 1e9 ? sprintf("%g M", v / 1e6) : v < 1e12 ? sprintf("%g G", v / 1e9) : \
	v < 1e15 ? sprintf("%g T", v / 1e12) : v < 1e18 ? sprintf("%g P", v / 1e15) : \
	sprintf("%g E", v / 1e18)
seconds(v) = v < 1e3 ? sprintf("%g ns", v) : v < 1e6 ? sprintf("%g µs", v / 1e3) : \
	v < 1e9 ? sprintf("%g ms", v / 1e6) : sprintf("%g s", v / 1e9)
tick(v, unit) = unit eq "ns" ? seconds(v) : counted(v)
# Every how many decades a label fits.
stride(decades) = int((decades + 9) / 10)

# SVG takes a family that all viewers have, and no list of them beside a weight.
heading_font = "sans-serif Bold,12"
# A line of an SVG has room for some 90 letters.
heading(subject, what) = strlen(subject) + strlen(what) < 82 ? subject . ": " . what : subject . ":\n" . what

frame = "set border 3 lc rgb '#444444'; set tics nomirror out; " . \
	"set key tmargin left Left reverse horizontal width 1 samplen 3.5 title heading(subject, what) left font heading_font"
