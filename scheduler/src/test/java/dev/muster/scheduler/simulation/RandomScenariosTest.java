package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.job.Reading;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** Whatever happens to a cluster, the rules that hold for every outcome are kept. */
class RandomScenariosTest {

    private static final int SCENARIOS = 1_500;

    @Test
    void noScenarioBreaksARuleThatHoldsForAll() {
        for (long seed = 0; seed < SCENARIOS; seed++) {
            String text = new RandomScenarios(
                            RandomGeneratorFactory.of("L64X128MixRandom").create(seed))
                    .scenario();
            Reading<List<Scenario>> reading = ScenarioReader.read(text);
            assertThat(reading.violations()).as("seed %d: %s", seed, text).isEmpty();
            ScenarioOutcome outcome = run(reading.value().orElseThrow().get(0), seed);
            assertThat(ScenarioJudge.judge(Value.parse(text), Value.parse(outcome.toJson())))
                    .as("seed %d: %s", seed, text)
                    .isEmpty();
            assertPromises(outcome, reading.value().orElseThrow().get(0).until(), seed);
        }
    }

    private static ScenarioOutcome run(Scenario scenario, long seed) {
        try {
            return new ScenarioSimulator(() -> 0).run(scenario);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + " breaks the cycle", e);
        }
    }

    /** Nothing that fits is left waiting, and nobody is expected at a moment that has passed. */
    private static void assertPromises(ScenarioOutcome outcome, long until, long seed) {
        outcome.jobs()
                .forEach((name, job) -> job.explanation().ifPresent(explanation -> {
                    assertThat(explanation.rejection().text())
                            .as("seed %d: %s", seed, name)
                            .doesNotContain("fits now");
                    explanation
                            .expectedStartAt()
                            .ifPresent(expected -> assertThat(expected.getEpochSecond())
                                    .as("seed %d: %s is expected, it waits for %s", seed, name, explanation.rejection())
                                    .isGreaterThan(until));
                }));
    }
}
