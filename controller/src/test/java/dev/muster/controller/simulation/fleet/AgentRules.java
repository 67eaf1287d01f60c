package dev.muster.controller.simulation.fleet;

/**
 * The rules on which the controller relies; real agents keep all of them.
 *
 * @param fencesItself kills its ranks when no controller has answered for the isolation timeout
 * @param refusesOldEpochs starts nothing older than what it was told before, and kills what a newer epoch replaces
 * @param refusesOldTerms does not register with a leader older than one that it has obeyed
 */
public record AgentRules(boolean fencesItself, boolean refusesOldEpochs, boolean refusesOldTerms) {

    public static final AgentRules REAL = new AgentRules(true, true, true);
}
