# SPDX-License-Identifier: GPL-2.0-only
#
# Share of the samples per bar, all bars equally wide on a logarithmic axis.
#
# Set before, with -e:
#   name         picture's file name without its ending
#   data         file: a block per row that has samples, "x share" lines, a
#                bar reaching from its x to the next; empty lines are gaps
#   rows         how many rows are drawn; label[i] and style[i] describe row i,
#                block[i] is its number in data
#   absent       a note on those that are not, or ""
#   subject, what, xtitle, ytitle, unit
#   low, high    first and last decade of x, as exponents
#   floor_share  where y starts, in percent
#   zero, band   a bar of zeros stands at zero, left of 10**low and apart from it,
#                in a band from zero / band to zero * band; zero is 0 when there
#                is none

reset
eval frame
set xlabel xtitle
set ylabel ytitle
set logscale xy
set xrange [(zero > 0 ? zero / band : 0.999 * 10.0**low) : 10.0**high]
set yrange [floor_share : 100]
set grid xtics ytics lc rgb "#dddddd" lt 1 lw 0.5

set xtics () scale 1, 0.5
set for [e = low:high:stride(high - low)] xtics add (tick(10.0**e, unit) 10.0**e)
if (high - low <= 2) {
	set for [e = low:high - 1] for [k = 2:5:3] xtics add (tick(k * 10.0**e, unit) k * 10.0**e)
}
set for [e = low:high - 1] for [k = 2:9] xtics add ("" k * 10.0**e 1)
if (zero > 0) {
	set xtics add ("0" zero)
	set object rectangle from first zero / band, graph 0 to first zero * band, graph 1 @band_style
	# the axis ends where its figures end: the band is beside it
	set border 2 lc rgb "#444444"
	set arrow from first 10.0**low, graph 0 to first 10.0**high, graph 0 nohead lc rgb "#444444"
}
# a label is a format: %% is a percent sign
set ytics () scale 1, 0
set for [e = floor(log10(floor_share) + 0.5):2] ytics add (sprintf("%g %%%%", 10.0**e) 10.0**e)

eval note_absent

if (!rows) { set label "no samples" at graph 0.5, 0.5 center font ",20" }

do for [format in "svg png"] {
	eval terminal(format)
	set output name . "." . format
	plot for [i = 1:rows] data index block[i] using 1:2 with fillsteps \
			fs transparent solid (style[i] < 0 ? 0 : 0.12) noborder \
			lc rgb colour(style[i]) notitle, \
		for [i = 1:rows] data index block[i] using 1:2 with steps \
			lt dash(style[i]) lc rgb colour(style[i]) lw width(style[i], i, rows) notitle, \
		for [i = 1:rows] keyentry with lines \
			lt dash(style[i]) lc rgb colour(style[i]) lw width(style[i], i, rows) title label[i]
	set output
}
