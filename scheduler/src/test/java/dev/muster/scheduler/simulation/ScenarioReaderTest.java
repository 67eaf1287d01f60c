package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.muster.scheduler.cycle.CyclePolicy;
import dev.muster.scheduler.job.Reading;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.Violation;
import dev.muster.scheduler.simulation.Scenario.HostChange;
import dev.muster.scheduler.simulation.Scenario.Job;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A scenario file is read in full, or refused with the line, the field and the value that is wrong. */
class ScenarioReaderTest {

    private static final String FULL = """
            {"id":"R1","about":"All fields","levels":["block","rack"],
             "hosts":[{"name":"x1","path":["b1","r1"],"capacity":{"gpu":8,"cpu":64},"labels":{"pool":"a"}},
              {"name":"x2","path":["b1","r2"],"capacity":{"gpu":8},"schedulable":false}],
             "queues":[{"name":"a","parent":"root","guaranteed":{"gpu":8},"max":{"gpu":16},"weight":3,"reclaim":false},{"name":"b","parent":"a"}],
             "policy":{"order":"fifo","backfill":"none","preemption":false,"consolidation":true,"priorityAcrossQueues":true},
             "running":[{"job":"r","queue":"b","priority":-1,"startedAt":-600,"duration":900,"walltime":1200,"minPods":1,"preemptible":false,
               "minRuntime":60,"movable":true,"pinned":true,"pods":[{"host":"x1","request":{"gpu":1}},{"host":"x1","request":{"gpu":1}}]}],
             "events":[
              {"at":0,"submit":{"job":"j","queue":"a","priority":7,"pods":4,"minPods":2,"request":{"gpu":2},"duration":600,"hold":true,
                "topology":{"required":"block","preferred":"host","slices":[{"size":2,"within":"rack"}],"spread":"balanced"},
                "leader":{"request":{"cpu":1}},"nodeSelector":{"pool":"a"}}},
              {"at":1,"cordon":"x1"},{"at":2,"uncordon":"x1"},{"at":3,"hostDown":"x1"},{"at":4,"hostUp":"x1"},
              {"at":5,"maintenance":{"domain":["b1","r1"],"from":100,"to":200}},
              {"at":6,"finish":"r"},{"at":7,"cancel":"j"}],
             "until":60,"expect":{"anything":[1,{"goes":"here"}]}}""";

    private static final String SMALL = """
            {"id":"R2","about":"Little","levels":["rack"],
             "hosts":[{"name":"x1","path":["r1"],"capacity":{"gpu":8}},
              {"name":"x2","path":["r2"],"capacity":{"gpu":8}}],
             "queues":[{"name":"q"}],
             "policy":{"order":"muster"},
             "running":[{"job":"r","queue":"q","pods":[{"host":"x1","request":{"gpu":1}}]}],
             "events":[{"at":0,"submit":{"job":"j","queue":"q","pods":4,"request":{"gpu":1},"topology":{"slices":[{"size":2,"within":"rack"}]}}},
              {"at":1,"hostDown":"x2"},
              {"at":2,"maintenance":{"domain":["r1"],"from":10,"to":20}},
              {"at":3,"cancel":"j"}],
             "until":60}""";

    private static Scenario one(String text) {
        Reading<List<Scenario>> reading = ScenarioReader.read(text);
        assertThat(reading.violations()).isEmpty();
        assertThat(reading.value().orElseThrow()).hasSize(1);
        return reading.value().orElseThrow().get(0);
    }

    @Test
    void everyFieldIsRead() {
        Scenario scenario = one(FULL);
        assertThat(scenario.id()).isEqualTo("R1");
        assertThat(scenario.levels()).containsExactly("block", "rack");
        assertThat(scenario.hosts()).hasSize(2);
        assertThat(scenario.hosts().get(0).capacity().amount("cpu")).isEqualTo(64);
        assertThat(scenario.unschedulable()).containsExactly("x2");
        assertThat(scenario.queues().get(0).max()).containsEntry("gpu", 16L);
        assertThat(scenario.queues().get(0).reclaim()).isFalse();
        assertThat(scenario.policy().order()).isEqualTo(CyclePolicy.Order.FIFO);
        assertThat(scenario.policy().backfill()).isFalse();
        assertThat(scenario.policy().preemption()).isFalse();
        assertThat(scenario.policy().consolidation()).isTrue();
        assertThat(scenario.policy().priorityAcrossQueues()).isTrue();
        assertThat(scenario.until()).isEqualTo(60);

        Scenario.Running running = scenario.running().get(0);
        assertThat(running.startedAt()).isEqualTo(-600);
        assertThat(running.pods()).hasSize(2);
        Job old = running.job();
        assertThat(old.walltimeSeconds()).contains(1200L);
        assertThat(old.request().minPods()).isEqualTo(1);
        assertThat(List.of(old.preemptible(), old.movable(), old.pinned())).containsExactly(false, true, true);

        Job job = ((Scenario.Submit) scenario.events().get(0)).job();
        assertThat(job.request().pods()).isEqualTo(4);
        assertThat(job.request().ranks()).isEqualTo(5);
        assertThat(job.request().topology().required()).contains("block");
        assertThat(job.request().topology().preferred()).contains("host");
        assertThat(job.request().topology().spread()).isEqualTo(Spread.BALANCED);
        assertThat(job.request().topology().slices()).hasSize(1);
        assertThat(job.request().nodeSelector()).containsEntry("pool", "a");
        assertThat(job.hold()).isTrue();
        assertThat(job.walltimeSeconds())
                .as("the duration, where no walltime is given")
                .contains(600L);
        assertThat(scenario.events().subList(1, 5).stream()
                        .map(event -> ((Scenario.HostEvent) event).change())
                        .toList())
                .containsExactly(HostChange.CORDON, HostChange.UNCORDON, HostChange.DOWN, HostChange.UP);
        assertThat(scenario.events().get(5)).isEqualTo(new Scenario.Maintenance(5, List.of("b1", "r1"), 100, 200));
        assertThat(scenario.events().get(6)).isEqualTo(new Scenario.Finish(6, "r"));
        assertThat(scenario.events().get(7)).isEqualTo(new Scenario.Cancel(7, "j"));
    }

    @Test
    void whatIsLeftOutIsAsTheFormatSays() {
        Scenario scenario = one("""
                {"id":"R3","hosts":[{"name":"x1","path":[],"capacity":{"gpu":8}}],
                 "events":[{"at":0,"submit":{"job":"j","pods":1,"request":{"gpu":1}}}]}""");
        Job job = ((Scenario.Submit) scenario.events().get(0)).job();
        assertThat(scenario.policy()).isEqualTo(CyclePolicy.DEFAULT);
        assertThat(job.queue()).isEqualTo("default");
        assertThat(job.request().minPods()).isEqualTo(1);
        assertThat(job.durationSeconds()).isEmpty();
        assertThat(job.walltimeSeconds()).isEmpty();
        assertThat(List.of(job.preemptible(), job.movable(), job.pinned(), job.hold()))
                .containsExactly(true, false, false, false);
    }

    @Test
    void aFileHoldsOneOrMany() {
        String many = "[" + FULL + "," + SMALL + "]";
        assertThat(ScenarioReader.read(many).value().orElseThrow())
                .extracting(Scenario::id)
                .containsExactly("R1", "R2");
        assertThat(ScenarioReader.read("[]").value().orElseThrow()).isEmpty();
    }

    @Test
    void jsonMayBeIndentedWithTabs() {
        assertThat(one(SMALL.replace("\n ", "\n\t\t")).hosts()).hasSize(2);
    }

    @Test
    void aJobThatNoClusterCouldTakeIsNoMistakeOfTheFile() {
        one(SMALL.replace("\"within\":\"rack\"", "\"within\":\"pdu\""));
        one(SMALL.replace("\"size\":2", "\"size\":3"));
        one(SMALL.replace("\"size\":2", "\"size\":0"));
        one(SMALL.replace("\"pods\":4", "\"pods\":0"));
        one(SMALL.replace("\"pods\":4", "\"pods\":4,\"minPods\":5"));
    }

    /** One change to a good file, and what is said to it. */
    private record Mistake(String what, String from, String to, int line, String field, String message) {

        DynamicTest test() {
            return dynamicTest(what, () -> {
                assertThat(SMALL).contains(from);
                Reading<List<Scenario>> reading = ScenarioReader.read(SMALL.replace(from, to));
                assertThat(reading.isSound()).isFalse();
                Violation violation = reading.violations().get(0);
                assertThat(violation.field()).isEqualTo(field);
                assertThat(violation.message()).contains(message).doesNotContain("\n");
                assertThat(violation.line()).hasValue(line);
            });
        }
    }

    private static Mistake mistake(String what, String from, String to, int line, String field, String message) {
        return new Mistake(what, from, to, line, field, message);
    }

    @TestFactory
    Stream<DynamicTest> aMistakeInTheClusterIsNamed() {
        return Stream.of(
                        mistake("no JSON", "\"until\":60}", "\"until\":60", 11, "", "this is not YAML"),
                        mistake("a key twice", "\"levels\":", "\"id\":\"R4\",\"levels\":", 1, "", "given twice"),
                        mistake("an unknown field", "\"until\"", "\"untill\"", 11, "untill", "did you mean until?"),
                        mistake("a field that is missing", "\"id\":\"R2\",", "", 1, "id", "is missing"),
                        mistake(
                                "a wrong type",
                                "\"id\":\"R2\"",
                                "\"id\":2",
                                1,
                                "id",
                                "expected text, found the number 2"),
                        mistake("a negative end", "\"until\":60", "\"until\":-1", 11, "until", "is -1"),
                        mistake("a level twice", "[\"rack\"]", "[\"rack\",\"rack\"]", 1, "levels", "\"rack\" twice"),
                        mistake("a level called host", "[\"rack\"]", "[\"host\"]", 1, "levels", "host is always"),
                        mistake("no hosts", "\"hosts\"", "\"fleet\"", 1, "hosts", "is missing"),
                        mistake(
                                "a host twice",
                                "\"x2\",\"path\"",
                                "\"x1\",\"path\"",
                                3,
                                "hosts[1].name",
                                "\"x1\" a second"),
                        mistake("a host's name", "\"x2\",\"path\"", "\"x 2\",\"path\"", 3, "hosts[1].name", "\"x 2\""),
                        mistake("a short path", "[\"r2\"]", "[]", 3, "hosts[1].path", "has 0 names"),
                        mistake("a long path", "[\"r2\"]", "[\"r2\",\"r3\"]", 3, "hosts[1].path", "has 2 names"),
                        mistake("a domain's name", "[\"r2\"]", "[\"r/2\"]", 3, "hosts[1].path", "\"r/2\""),
                        mistake("half a GPU", "8}}]", "0.5}}]", 3, "hosts[1].capacity.gpu", "found the number 0.5"),
                        mistake("a negative capacity", "8}}]", "-8}}]", 3, "hosts[1].capacity.gpu", "-8"),
                        mistake(
                                "a capacity past all numbers",
                                "8}}]",
                                "9007199254740993}}]",
                                3,
                                "hosts[1].capacity.gpu",
                                "a whole number from 0 to 9007199254740992"),
                        mistake(
                                "schedulable",
                                "8}}]",
                                "8},\"schedulable\":\"no\"}]",
                                3,
                                "hosts[1].schedulable",
                                "\"no\""),
                        mistake(
                                "labels",
                                "8}}]",
                                "8},\"labels\":{\"pool\":1}}]",
                                3,
                                "hosts[1].labels.pool",
                                "put it in quotes"),
                        mistake(
                                "an unknown parent",
                                "\"name\":\"q\"",
                                "\"name\":\"q\",\"parent\":\"p\"",
                                4,
                                "queues",
                                "form no tree"),
                        mistake(
                                "a weight of zero",
                                "\"name\":\"q\"",
                                "\"name\":\"q\",\"weight\":0",
                                4,
                                "queues[0].weight",
                                "is 0"),
                        mistake("an unknown order", "\"muster\"", "\"magic\"", 5, "policy.order", "\"magic\""),
                        mistake(
                                "an unknown policy",
                                "\"order\"",
                                "\"ordre\"",
                                5,
                                "policy.ordre",
                                "did you mean order?"))
                .map(Mistake::test);
    }

    @TestFactory
    Stream<DynamicTest> aMistakeInWhatRunsAndHappensIsNamed() {
        String pod = "{\"host\":\"x1\",\"request\":{\"gpu\":1}}";
        return Stream.of(
                        mistake(
                                "an unknown host",
                                "\"host\":\"x1\"",
                                "\"host\":\"x9\"",
                                6,
                                "running[0].pods[0].host",
                                "is x9"),
                        mistake(
                                "more than the host has",
                                pod,
                                pod.replace(":1}", ":9}"),
                                6,
                                "running[0].pods[0].request",
                                "of what x1 has left"),
                        mistake("no pods", pod, "", 6, "running[0].pods", "is empty"),
                        mistake(
                                "a start to come",
                                "\"job\":\"r\"",
                                "\"job\":\"r\",\"startedAt\":5",
                                6,
                                "running[0].startedAt",
                                "is 5"),
                        mistake(
                                "what cannot run",
                                "\"job\":\"r\"",
                                "\"job\":\"r\",\"minPods\":2",
                                6,
                                "running[0].job",
                                "runs, but"),
                        mistake(
                                "an unknown queue",
                                "\"job\":\"j\",\"queue\":\"q\"",
                                "\"job\":\"j\",\"queue\":\"p\"",
                                7,
                                "events[0].submit.queue",
                                "is p"),
                        mistake(
                                "a job twice",
                                "\"job\":\"j\"",
                                "\"job\":\"r\"",
                                7,
                                "events[0].submit.job",
                                "is r a second time"),
                        mistake("a job's name", "\"job\":\"j\"", "\"job\":\"-j\"", 7, "events[0].submit.job", "\"-j\""),
                        mistake("no number of pods", "\"pods\":4,", "", 7, "events[0].submit.pods", "is missing"),
                        mistake(
                                "a list of pods",
                                "\"pods\":4",
                                "\"pods\":[]",
                                7,
                                "events[0].submit.pods",
                                "found a list"),
                        mistake(
                                "no request",
                                "\"request\":{\"gpu\":1},\"topology\"",
                                "\"topology\"",
                                7,
                                "events[0].submit.request",
                                "is missing"),
                        mistake(
                                "a request past all numbers",
                                "\"pods\":4,\"request\":{\"gpu\":1}",
                                "\"pods\":2147483647,\"request\":{\"gpu\":9007199254740992}",
                                7,
                                "events[0].submit.request",
                                "more gpu in all than 2^62"),
                        mistake(
                                "a duration of zero",
                                "\"pods\":4",
                                "\"pods\":4,\"duration\":0",
                                7,
                                "events[0].submit.duration",
                                "is 0"),
                        mistake(
                                "a slice without level",
                                ",\"within\":\"rack\"",
                                "",
                                7,
                                "events[0].submit.topology.slices[0].within",
                                "is missing"),
                        mistake(
                                "an unknown spread",
                                "\"topology\":{",
                                "\"topology\":{\"spread\":\"thin\",",
                                7,
                                "events[0].submit.topology.spread",
                                "\"thin\""),
                        mistake(
                                "a host that is not there",
                                "\"hostDown\":\"x2\"",
                                "\"hostDown\":\"x3\"",
                                8,
                                "events[1].hostDown",
                                "is x3"),
                        mistake(
                                "nothing that happens",
                                "{\"at\":1,\"hostDown\":\"x2\"}",
                                "{\"at\":1}",
                                8,
                                "events[1].at",
                                "names 0 things"),
                        mistake(
                                "two things at once",
                                "\"hostDown\":\"x2\"",
                                "\"hostDown\":\"x2\",\"cordon\":\"x1\"",
                                8,
                                "events[1].at",
                                "names 2 things"),
                        mistake("no moment", "{\"at\":1,", "{", 8, "events[1].at", "is missing"),
                        mistake("a moment before the first", "{\"at\":1,", "{\"at\":-1,", 8, "events[1].at", "is -1"),
                        mistake(
                                "maintenance of nothing",
                                "[\"r1\"],\"from\"",
                                "[\"r9\"],\"from\"",
                                9,
                                "events[2].maintenance.domain",
                                "r9"),
                        mistake(
                                "maintenance that ends first",
                                "\"to\":20",
                                "\"to\":10",
                                9,
                                "events[2].maintenance.to",
                                "is 10"),
                        mistake(
                                "an event of a host without a name",
                                "\"hostDown\":\"x2\"",
                                "\"hostDown\":\"\"",
                                8,
                                "events[1].hostDown",
                                "is empty; there is no such host"),
                        mistake(
                                "a job that is not there",
                                "\"cancel\":\"j\"",
                                "\"cancel\":\"i\"",
                                10,
                                "events[3].cancel",
                                "is i"))
                .map(Mistake::test);
    }

    @Test
    void aPodOnAHostWithoutANameIsNamed() {
        String text = "{\"id\":\"R\",\"hosts\":[{\"name\":\"x1\",\"capacity\":{\"gpu\":1}}],\n"
                + "\"running\":[{\"job\":\"r\",\"pods\":[{\"host\":\"\",\"request\":{\"gpu\":1}}]}]}";
        assertThat(ScenarioReader.read(text).violations()).singleElement().satisfies(violation -> {
            assertThat(violation.field()).isEqualTo("running[0].pods[0].host");
            assertThat(violation.line()).hasValue(2);
        });
    }

    @Test
    void whatAFileSaysIsShownWithoutControlCharactersAndShort() {
        String level = "\\u001b[31m" + "l".repeat(500);
        String text = SMALL.replace("[\"rack\"]", "[\"" + level + "\",\"block\"]");
        assertThat(ScenarioReader.read(text).violations())
                .isNotEmpty()
                .allSatisfy(violation ->
                        assertThat(violation.message()).doesNotContain("\u001b").hasSizeLessThan(400));
    }

    @Test
    void idsDiffer() {
        List<Violation> violations =
                ScenarioReader.read("[" + SMALL + "," + SMALL + "]").violations();
        assertThat(violations).hasSize(1);
        assertThat(violations.get(0).message()).contains("\"R2\" a second time");
    }

    @Test
    void capacitiesThatOverflowTogetherAreRefused() {
        String host = "{\"name\":\"h%d\",\"path\":[],\"capacity\":{\"gpu\":9007199254740992}}";
        String hosts = IntStream.range(0, 600).mapToObj(host::formatted).collect(Collectors.joining(",\n"));
        Violation violation = ScenarioReader.read("{\"id\":\"R5\",\"hosts\":[" + hosts + "]}")
                .violations()
                .get(0);
        assertThat(violation.field()).isEqualTo("hosts[512].capacity");
        assertThat(violation.message()).contains("more gpu in all than 2^62");
    }

    @Test
    void thereAreSoManyResourcesAndNoMore() {
        String amounts = IntStream.range(0, 61)
                .mapToObj(number -> "\"r" + number + "\":1")
                .collect(Collectors.joining(","));
        List<Violation> violations = ScenarioReader.read(
                        "{\"id\":\"R6\",\"hosts\":[{\"name\":\"x1\",\"path\":[],\"capacity\":{" + amounts + "}}]}")
                .violations();
        assertThat(violations).hasSize(1);
        assertThat(violations.get(0).field()).isEqualTo("hosts[0].capacity.r60");
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        String text = SMALL.replace("\"until\":60", "\"until\":\"soon\"").replace("\"x2\",\"path\"", "\"x1\",\"path\"");
        assertThat(ScenarioReader.read(text).violations())
                .extracting(Violation::field)
                .contains("hosts[1].name", "events[1].hostDown", "until");
    }
}
