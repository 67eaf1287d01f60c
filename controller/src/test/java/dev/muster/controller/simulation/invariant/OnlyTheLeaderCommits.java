package dev.muster.controller.simulation.invariant;

/** Nothing is stored that was decided in a term which is over by then, so that two leaders never both decide. */
public final class OnlyTheLeaderCommits extends Invariant {

    private long leading;

    @Override
    public void leads(long term) {
        leading = term;
    }

    @Override
    public void committed(long term) {
        require(
                term == leading,
                () -> "a decision of term " + term + " is stored while "
                        + (leading == 0 ? "nobody leads" : "term " + leading + " leads"));
    }
}
