# SPDX-License-Identifier: GPL-2.0-only
#
# What goes wrong in each design over the time until an area can be used, and
# over the memory held, side by side, each with the front of the designs that no
# other beats in both. Points are numbered; those that stand together share a
# list of their numbers, and their marks lie in each other.
#
# Set before, with -e:
#   name         picture's file name without its ending
#   data         file: a block "time memory share" per row that is a point, in
#                places on the axes, the two fronts, then for time and for memory
#                the lists that stand to the right of their points and those that
#                stand to the left
#   rows         how many rows are points; label[i] and style[i] describe row i,
#                block[i] is its number in data
#   absent       a note on those that are not, or ""
#   subject, what, xtitle, ytitle, unit
#   AXIS_low, AXIS_high, AXIS_from, AXIS_to   for time, memory, share: the decades
#                that the axis is in, and what is shown of it
#   AXIS_has_zero, AXIS_zero, AXIS_has_never, AXIS_never, AXIS_half   the bands
#                of 0 and never: their middles, and half their width

reset
bytes(v) = v < 1024 ? sprintf("%g B", v) : v < 1048576 ? sprintf("%g KiB", v / 1024) : sprintf("%g MiB", v / 1048576)
memory_every = int((memory_high - memory_low) / log10(2) / 4) + 1

columns = 2
# of the picture's height: letters take more of an SVG than of a PNG
lines = heading(subject, what) eq subject . ": " . what ? 1 : 2
top_of_key = 0.985 - 0.04 * lines
ceiling = top_of_key - 0.035 - 0.041 * ceil((rows + 1) / real(columns))
front = rows
list = rows + 2

do for [format in "svg png"] {
	eval terminal(format)
	set output name . "." . format
	unset arrow; unset object; unset label; unset grid
	set multiplot title heading(subject, what) font heading_font

	# the legend over both panels, in a frame of its own: one panel is too narrow for it
	unset border; unset tics; unset xlabel; unset ylabel
	set lmargin at screen 0.02; set rmargin at screen 0.98
	set bmargin at screen ceiling + 0.02; set tmargin at screen top_of_key
	set key at screen 0.02, screen top_of_key left top horizontal Left reverse maxcols columns samplen 1 notitle
	set xrange [0 : 1]
	set yrange [0.1 : 1]
	plot NaN with lines lt 13 lc rgb "#666666" lw 1.5 title "the front: nothing beats it in both", \
		for [i = 1:rows] keyentry with points lc rgb colour(style[i]) pt mark(style[i]) ps 1.5 lw 2 title sprintf("%d  %s", i, label[i])
	unset key
	set border 0
	set tics nomirror out
	set grid xtics ytics lc rgb "#dddddd" lt 1 lw 0.5
	set bmargin at screen 0.17
	set tmargin at screen ceiling
	if (strlen(absent)) { set label 99 absent at screen 0.02, screen 0.025 left tc rgb "#666666" font ",11" }

	set yrange [share_from : share_to]
	set ytics () nomirror scale 1, 0
	# a label is a format: %% is a percent sign
	do for [e = share_low:2] { set ytics add (sprintf("%g %%%%", 10.0**e) e) }
	set ytics add ("none" share_zero)
	set object 1 rectangle from graph 0, first share_zero - share_half to graph 1, first share_zero + share_half @band_style
	set arrow 1 from graph 0, first share_low to graph 0, first share_high nohead lc rgb "#444444"

	do for [panel in "time memory"] {
		of_time = panel eq "time"
		x_low = value(panel . "_low"); x_high = value(panel . "_high")
		x_zero = value(panel . "_zero"); x_never = value(panel . "_never"); x_half = value(panel . "_half")
		set xrange [value(panel . "_from") : value(panel . "_to")]
		set xtics () nomirror scale 1, 0
		if (of_time) {
			set lmargin at screen 0.125; set rmargin at screen 0.545
			set xlabel xtitle
			set ylabel ytitle
			do for [e = x_low:x_high:int((x_high - x_low) / 6) + 1] { set xtics add (tick(10.0**e, unit) e) }
		} else {
			set lmargin at screen 0.66; set rmargin at screen 0.98
			set xlabel "memory held at peak, all possible CPUs"
			unset ylabel
			do for [e = 0:60:memory_every] { if (e * log10(2) >= x_low && e * log10(2) <= x_high) { set xtics add (bytes(2.0**e) e * log10(2)) } }
		}
		unset object 2; unset object 3
		set arrow 2 from first x_low, graph 0 to first x_high, graph 0 nohead lc rgb "#444444"
		if (value(panel . "_has_zero")) {
			set xtics add (of_time ? "0, at once" : "0" x_zero)
			set object 2 rectangle from first x_zero - x_half, graph 0 to first x_zero + x_half, graph 1 @band_style
		}
		if (value(panel . "_has_never")) {
			set xtics add ("never" x_never)
			set object 3 rectangle from first x_never - x_half, graph 0 to first x_never + x_half, graph 1 @band_style
		}
		plot data index front + !of_time using 1:2 with lines lt 13 lc rgb "#666666" lw 1.5 notitle, \
			for [i = 1:rows] data index block[i] using (of_time ? $1 : $2):3 with points \
				lc rgb colour(style[i]) pt mark(style[i]) ps 1.6 * size(style[i], i, rows) lw 2 notitle, \
			data index list + 2 * !of_time using 1:2:3 with labels left offset 1.2, 0.7 notitle, \
			data index list + 2 * !of_time + 1 using 1:2:3 with labels right offset -1.2, 0.7 notitle
	}
	unset multiplot
	unset bmargin; unset tmargin; unset lmargin; unset rmargin
	set output
}
