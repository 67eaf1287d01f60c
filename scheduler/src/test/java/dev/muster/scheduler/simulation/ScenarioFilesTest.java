package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each case of the scenario files runs through the real cycle, and the judge finds nothing. */
class ScenarioFilesTest {

    private static final List<String> FILES =
            List.of("placement", "slices", "failure", "preemption", "queueing", "explain");

    private static String text(String file) {
        try (InputStream in = ScenarioFilesTest.class.getResourceAsStream("/scenarios/" + file + ".json")) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Scenario> read(String text) {
        return ScenarioReader.read(text).value().orElseThrow();
    }

    private static Value run(Scenario scenario) {
        return Value.parse(new ScenarioSimulator(() -> 0).run(scenario).toJson());
    }

    /** The same case as it is read, and as the judge sees it. */
    private record Case(Scenario scenario, Value text) {
        String name() {
            return scenario.id() + ": " + text.get("about").text();
        }
    }

    private static List<Case> cases(String file) {
        String text = text(file);
        List<Scenario> scenarios = read(text);
        List<Value> texts = Value.parse(text).items();
        assertThat(scenarios).as("cases of " + file).hasSameSizeAs(texts).isNotEmpty();
        List<Case> cases = new ArrayList<>();
        for (int index = 0; index < texts.size(); index++) {
            cases.add(new Case(scenarios.get(index), texts.get(index)));
        }
        return cases;
    }

    @TestFactory
    Stream<DynamicTest> everyCaseComesOutAsExpected() {
        return FILES.stream()
                .flatMap(file -> cases(file).stream())
                .map(one -> dynamicTest(one.name(), () -> {
                    Value outcome = run(one.scenario());
                    assertThat(ScenarioJudge.judge(one.text(), outcome)).isEmpty();
                }));
    }

    @Test
    void equalInputsHaveEqualOutcomesToTheByte() {
        Map<String, Case> first = new LinkedHashMap<>();
        int twins = 0;
        for (String file : FILES) {
            for (Case one : cases(file)) {
                Case twin = first.putIfAbsent(ScenarioJudge.input(one.text()), one);
                if (twin != null) {
                    twins++;
                    assertThat(ScenarioJudge.result(run(one.scenario())))
                            .as("%s, the twin of %s", one.name(), twin.name())
                            .isEqualTo(ScenarioJudge.result(run(twin.scenario())));
                }
            }
        }
        assertThat(twins).isEqualTo(2);
    }

    @Test
    void allCasesAreThere() {
        assertThat(FILES.stream().mapToInt(file -> cases(file).size()).sum()).isEqualTo(84);
    }
}
