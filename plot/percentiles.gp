# SPDX-License-Identifier: GPL-2.0-only
#
# Value at each percentile, in the manner of HdrHistogram's plotter: x is
# 1 / (1 - percentile), so that every further nine takes as much room.
#
# Set before, with -e:
#   name         picture's file name without its ending
#   data         file: two blocks per row that has samples, the curve and the
#                marks on it, of "x value" lines
#   rows         how many rows are drawn; label[i] and style[i] describe row i,
#                block[i] is the number of its curve in data
#   absent       a note on those that are not, or ""
#   subject, what, xtitle, ytitle, unit
#   most         the largest x that data has
#   low, high    first and last decade of y, as exponents
#   zero, never  middle of the bands below 10**low and above 10**high that
#                hold values of 0 and requests that were never served, each from
#                its middle / band to its middle * band and apart from the axis;
#                0 for none
#   zero_label   what 0 means

reset
eval frame
set xlabel xtitle
set ylabel ytitle
set logscale xy
set xrange [1 : (most * 1.2 < 10 ? 10 : most * 1.2)]
set yrange [(zero > 0 ? zero / band : 0.999 * 10.0**low) : (never > 0 ? never * band : 10.0**high)]
set grid xtics ytics lc rgb "#dddddd" lt 1 lw 0.5

set xtics () scale 1, 0
# a label is a format: %% is a percent sign
set xtics add ("0 %%" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100)
set for [k = 1:7] xtics add (sprintf("99.%s %%%%", "9999999"[1:k]) 10.0**(k + 2))
set ytics () scale 1, 0.5
set for [e = low:high:stride(high - low)] ytics add (tick(10.0**e, unit) 10.0**e)
if (high - low <= 2) {
	set for [e = low:high - 1] for [k = 2:5:3] ytics add (tick(k * 10.0**e, unit) k * 10.0**e)
}
set for [e = low:high - 1] for [k = 2:9] ytics add ("" k * 10.0**e 1)
# the axis ends where its figures end: the bands are beside it
set border 1 lc rgb "#444444"
set arrow from graph 0, first 10.0**low to graph 0, first 10.0**high nohead lc rgb "#444444"
if (zero > 0) {
	set ytics add (zero_label zero)
	set object rectangle from graph 0, first zero / band to graph 1, first zero * band @band_style
}
if (never > 0) {
	set ytics add ("never" never)
	set object rectangle from graph 0, first never / band to graph 1, first never * band @band_style
}
eval note_absent

if (!rows) { set label "no samples" at graph 0.5, 0.5 center font ",20" }

do for [format in "svg png"] {
	eval terminal(format)
	set output name . "." . format
	plot for [i = 1:rows] data index block[i] using 1:2 with lines \
			lt dash(style[i]) lc rgb colour(style[i]) lw width(style[i], i, rows) notitle, \
		for [i = 1:rows] data index block[i] + 1 using 1:2 with points \
			lc rgb colour(style[i]) pt mark(style[i]) ps size(style[i], i, rows) notitle, \
		for [i = 1:rows] keyentry with linespoints \
			lt dash(style[i]) lc rgb colour(style[i]) lw width(style[i], i, rows) pt mark(style[i]) ps size(style[i], i, rows) title label[i]
	set output
}
