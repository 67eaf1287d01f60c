package dev.muster.scheduler.job;

/**
 * How many spares a gang needs so that 99 times in 100 no failed host waits for a replacement.
 *
 * <p><b>Goals.</b> The smallest number of spares that the failures of one replacement window do not exceed, 99 times in
 * 100.
 *
 * <p><b>Constraints.</b> Hosts fail independently, 6.5 of 1,000 a day (measured on a large general cluster for jobs above
 * 128 accelerators), and a failed host is replaced after 4.5 hours: found, drained, reset or exchanged, tested.
 *
 * <p><b>Algorithm.</b> The 99th percentile of a binomial distribution with the gang's hosts as trials and
 * {@code 0.0065 x 4.5 / 24 = 0.00122} as the chance of each. Summed from zero upwards, in logarithms, since the first terms
 * of a large gang are smaller than any number.
 *
 * <p><b>Example.</b> 128 hosts: 0, 1 or 2 failures cover 99.94 %, 0 or 1 only 98.9 %: 2 spares. 256, 512 and 1,024 hosts:
 * 2, 3 and 4, the numbers that a large operator has published for its warm standbys.
 *
 * <p>Complexity: as many steps as spares.
 */
public final class SpareCount {

    private static final double FAILURES_PER_HOST_DAY = 6.5 / 1_000;
    private static final double REPLACEMENT_DAYS = 4.5 / 24;
    private static final double CERTAINTY = 0.99;

    private SpareCount() {}

    /** For a gang of so many hosts. */
    public static int forHosts(int hosts) {
        double chance = FAILURES_PER_HOST_DAY * REPLACEMENT_DAYS;
        double logOdds = Math.log(chance) - Math.log1p(-chance);
        double logTerm = hosts * Math.log1p(-chance);
        double covered = Math.exp(logTerm);
        int spares = 0;
        while (covered < CERTAINTY && spares < hosts) {
            logTerm += Math.log((double) (hosts - spares) / (spares + 1)) + logOdds;
            covered += Math.exp(logTerm);
            spares++;
        }
        return spares;
    }
}
