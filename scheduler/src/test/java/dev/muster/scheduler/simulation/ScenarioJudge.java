package dev.muster.scheduler.simulation;

import static dev.muster.scheduler.simulation.BrokenRule.need;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the outcome of a scenario by what the scenario's text says, with nothing of the code that made it: first by the rules that
 * hold for every scenario, then by its {@code expect}.
 */
final class ScenarioJudge {

    private ScenarioJudge() {}

    /** The first rule that is broken; empty when none is. */
    static Optional<String> judge(Value scenario, Value outcome) {
        try {
            ScenarioWorld world = new ScenarioWorld(scenario);
            JudgedOutcome judged = new JudgedOutcome(world, outcome);
            new UniversalRules(world, judged).check();
            expectations(world, judged);
            return Optional.empty();
        } catch (BrokenRule broken) {
            return Optional.of(broken.reason());
        }
    }

    private static void expectations(ScenarioWorld world, JudgedOutcome outcome) {
        Map<String, Value> ofJobs =
                new LinkedHashMap<>(world.scenario.get("expect").get("jobs").members());
        Map<String, Value> ofAll = new LinkedHashMap<>();
        world.scenario.get("expect").members().forEach((name, wanted) -> {
            boolean whole = WholeExpectations.NAMES.contains(name);
            if (whole && !world.jobs.containsKey(name)) {
                ofAll.put(name, wanted);
            } else if (!whole && !name.equals("jobs")) {
                ofJobs.put(name, wanted);
            }
        });
        ofJobs.forEach((name, wanted) -> {
            Value job = outcome.jobs.get(name);
            need(job != null, name + ": is not in the outcome");
            if (job != null) {
                new JobExpectations(world, outcome, name, job).check(wanted);
            }
        });
        WholeExpectations whole = new WholeExpectations(world, outcome);
        ofAll.forEach(whole::check);
    }

    /** Scenarios that differ only in id and about have the same key. */
    static String input(Value scenario) {
        return scenario.canonical(Set.of("id", "about"));
    }

    /** Outcomes of equal inputs are equal in this. */
    static String result(Value outcome) {
        return outcome.canonical(Set.of("id", "decisionMicros"));
    }
}
