package dev.muster.controller.simulation.world;

import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.simulation.fleet.AgentRules;

/**
 * What is wrong with a world besides its faults.
 *
 * @param forgottenCommits the part of commits that the disk answers as durable and does not store
 */
record Planted(Wiring wiring, AgentRules rules, double forgottenCommits) {

    static final Planted NOTHING = new Planted(Wiring.AS_IN_MAIN, AgentRules.REAL, 0);

    static Planted in(Wiring wiring) {
        return new Planted(wiring, AgentRules.REAL, 0);
    }

    static Planted in(AgentRules rules) {
        return new Planted(Wiring.AS_IN_MAIN, rules, 0);
    }

    static Planted forgetting(double part) {
        return new Planted(Wiring.AS_IN_MAIN, AgentRules.REAL, part);
    }
}
