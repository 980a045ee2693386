# SPDX-License-Identifier: GPL-2.0-only
#
# Tail latency and failures over the memory held, side by side, with the front
# of the designs that no other beats in both.
#
# Set before, with -e:
#   name         picture's file name without its ending
#   data         file: a block "bytes p99.9 share" per row that is a point,
#                then the front of the latencies and that of the shares
#   rows         how many rows; label[i] and style[i] describe row i, block[i]
#                is its number in data
#   drawn, shown how many rows are points, and which: shown[1] to shown[drawn]
#   subject, what, xtitle, ytitle, unit

reset
bytes(v) = v < 1024 ? sprintf("%g B", v) : v < 1048576 ? sprintf("%g KiB", v / 1024) : sprintf("%g MiB", v / 1048576)
stats data using 1 nooutput
least = STATS_min
most = STATS_max
set xrange [least / 2 : most * 2]
every_x = int(log(most / least) / log(2) / 4) + 1
stats data using 2 index 0:drawn - 1 nooutput
bottom = floor(log10(STATS_min))
top = ceil(log10(STATS_max))
if (top == bottom) { top = bottom + 1 }

columns = 2
# of the picture's height: letters take more of an SVG than of a PNG
lines = heading(subject, what) eq subject . ": " . what ? 1 : 2
top_of_key = 0.985 - 0.04 * lines
ceiling = top_of_key - 0.035 - 0.041 * ceil((rows + 1) / real(columns))

do for [format in "svg png"] {
	eval terminal(format)
	set output name . "." . format
	set multiplot title heading(subject, what) font heading_font

	# the legend over both panels, in a frame of its own: one panel is too narrow for it
	unset border; unset tics; unset xlabel; unset ylabel
	set lmargin at screen 0.02; set rmargin at screen 0.98
	set bmargin at screen ceiling + 0.02; set tmargin at screen top_of_key
	set key at screen 0.02, screen top_of_key left top horizontal Left reverse maxcols columns samplen 1 notitle
	set yrange [0.1 : 1]
	plot NaN with lines lt 13 lc rgb "#666666" lw 1.5 title "the front: nothing beats it in both", \
		for [i = 1:rows] keyentry with points lc rgb colour(style[i]) pt mark(style[i]) ps 1.5 lw 2 title label[i]
	eval frame
	unset key
	set logscale xy
	set grid xtics ytics lc rgb "#dddddd" lt 1 lw 0.5
	set xtics () nomirror scale 1, 0
	do for [e = 0:40:every_x] { set xtics add (bytes(2.0**e) 2.0**e) }
	set bmargin at screen 0.15
	set tmargin at screen ceiling
	set xlabel xtitle

	set lmargin at screen 0.13
	set rmargin at screen 0.48
	set ylabel ytitle
	set yrange [10.0**bottom : 10.0**top]
	set ytics () nomirror scale 1, 0.5
	do for [e = bottom:top:stride(top - bottom)] { set ytics add (tick(10.0**e, unit) 10.0**e) }
	plot data index drawn using 1:2 with lines lt 13 lc rgb "#666666" lw 1.5 notitle, \
		for [k = 1:drawn] data index block[shown[k]] using 1:2 with points \
			lc rgb colour(style[shown[k]]) pt mark(style[shown[k]]) ps 1.5 lw 2 notitle

	set lmargin at screen 0.63
	set rmargin at screen 0.98
	set ylabel "share of calls that failed"
	set yrange [0.0005 : 200]
	set ytics () nomirror scale 1, 0
	set ytics add ("0" 0.001, "0.01 %%" 0.01, "0.1 %%" 0.1, "1 %%" 1, "10 %%" 10, "100 %%" 100)
	plot data index drawn + 1 using 1:2 with lines lt 13 lc rgb "#666666" lw 1.5 notitle, \
		for [k = 1:drawn] data index block[shown[k]] using 1:3 with points \
			lc rgb colour(style[shown[k]]) pt mark(style[shown[k]]) ps 1.5 lw 2 notitle
	unset multiplot
	unset bmargin; unset tmargin; unset lmargin; unset rmargin
	set output
}
