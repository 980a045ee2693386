# SPDX-License-Identifier: GPL-2.0-only
#
# New over old at each quantile. x is 1 / (1 - percentile), so that every
# further nine takes as much room.
#
# Set before, with -e:
#   name         picture's file name without its ending
#   data         file: two blocks per curve, "x ratio" and "x low high" of the
#                interval around it; NaN where there is none
#   curves       how many; label[i] describes curve i
#   subject, what
#   low, high    ratios that the axis reaches from and to
#   ticks        ratios that get a label
#   most         the largest x that data has
#   from_zero, to_zero   are there points at the very top, at the very bottom?
#   top, bottom  what these mean

reset
eval frame
set xlabel "percentile"
set ylabel "new / old (shaded: its 95 % interval)"
set logscale xy
set xrange [1 : (most * 1.2 < 10 ? 10 : most * 1.2)]
set yrange [low : high]
set grid xtics ytics lc rgb "#dddddd" lt 1 lw 0.5
set key maxrows curves

set xtics () scale 1, 0
# a label is a format: %% is a percent sign
set xtics add ("0 %%" 1, "50 %%" 2, "90 %%" 10, "99 %%" 100)
set for [k = 1:5] xtics add (sprintf("99.%s %%%%", "9999999"[1:k]) 10.0**(k + 2))
set ytics () scale 1, 0
set for [t in ticks] ytics add (sprintf("x %g", real(t)) real(t))
if (from_zero) { set ytics add (top high) }
if (to_zero) { set ytics add (bottom low) }
set arrow from graph 0, first 1 to graph 1, first 1 nohead lt 11 lw 1.5 lc rgb "#666666" back

do for [format in "svg png"] {
	eval terminal(format)
	set output name . "." . format
	plot for [i = 1:curves] data index 2 * i - 1 using 1:2:3 with filledcurves \
			fs transparent solid 0.15 noborder lc rgb colour(i - 1) notitle, \
		for [i = 1:curves] data index 2 * i - 2 using 1:2 with lines \
			lt dash(i - 1) lc rgb colour(i - 1) lw 2 notitle, \
		for [i = 1:curves] keyentry with lines \
			lt dash(i - 1) lc rgb colour(i - 1) lw 2 title label[i]
	set output
}
