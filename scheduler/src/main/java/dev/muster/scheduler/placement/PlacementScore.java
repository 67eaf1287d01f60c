package dev.muster.scheduler.placement;

import java.util.List;

/**
 * How good a placement is.
 *
 * @param levels outermost first, hosts last
 * @param gangsLost gangs of 1, 2, 4, ... pods like these, counted in each domain of each level, that have no room any more because of it
 */
public record PlacementScore(List<LevelScore> levels, long gangsLost) {

    /**
     * One level of it.
     *
     * @param domains that the gang uses
     * @param lowerBound the fewest domains of this level that any choice of hosts in the same fit domain could do with
     * @param cutEdges neighbours in rank (not from the last to the first) that lie in different domains
     */
    public record LevelScore(String level, int domains, int lowerBound, int cutEdges) {}

    public PlacementScore {
        levels = List.copyOf(levels);
    }
}
