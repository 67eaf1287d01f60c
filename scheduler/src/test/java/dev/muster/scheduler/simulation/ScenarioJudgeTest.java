package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The judge finds each kind of mistake: a good outcome with one thing changed is bad. */
class ScenarioJudgeTest {

    private static final String SCENARIO = """
            {"id":"J1","about":"Six jobs, one of each fate","levels":["block","rack"],
             "hosts":[{"name":"a1","path":["b1","r1"],"capacity":{"gpu":4},"labels":{"pool":"a"}},
              {"name":"a2","path":["b1","r1"],"capacity":{"gpu":4}},
              {"name":"c1","path":["b1","r2"],"capacity":{"gpu":4}},
              {"name":"d1","path":["b2","r3"],"capacity":{"gpu":4}},
              {"name":"x1","path":["b2","r3"],"capacity":{"gpu":4},"schedulable":false}],
             "queues":[{"name":"q","max":{"gpu":12}}],
             "running":[{"job":"old","queue":"q","startedAt":-10,"pods":[{"host":"a1","request":{"gpu":1}},{"host":"a1","request":{"gpu":1}}]}],
             "events":[{"at":0,"cordon":"x1"},
              {"at":1,"submit":{"job":"gang","queue":"q","pods":4,"request":{"gpu":1},"walltime":40,"topology":{"required":"rack","slices":[{"size":2,"within":"host"}]}}},
              {"at":2,"submit":{"job":"led","queue":"q","pods":2,"minPods":1,"request":{"gpu":1},"leader":{"request":{"gpu":2}}}},
              {"at":5,"submit":{"job":"wait","queue":"q","pods":9,"request":{"gpu":1},"topology":{"required":"rack"}}},
              {"at":6,"submit":{"job":"wrong","queue":"q","pods":2,"request":{"gpu":1},"topology":{"required":"pdu"}}},
              {"at":7,"submit":{"job":"quick","queue":"q","pods":1,"request":{"gpu":1},"duration":5}},
              {"at":20,"hostDown":"d1"}],
             "until":30,
             "expect":{}}""";

    private static final String OUTCOME = """
            {"id":"J1","jobs":{
             "old":{"state":"RUNNING","startedAt":-10,"finishedAt":null,"evictions":0,"repairs":0,"placement":[{"rank":0,"host":"a1"},{"rank":1,"host":"a1"}]},
             "gang":{"state":"RUNNING","startedAt":1,"finishedAt":null,"evictions":0,"repairs":0,
              "placement":[{"rank":0,"host":"a1"},{"rank":1,"host":"a1"},{"rank":2,"host":"a2"},{"rank":3,"host":"a2"}]},
             "led":{"state":"RUNNING","startedAt":2,"finishedAt":null,"evictions":0,"repairs":0,"placement":[{"rank":0,"host":"c1"},{"rank":1,"host":"c1"}]},
             "wait":{"state":"PENDING","startedAt":null,"finishedAt":null,"expectedStartAt":41,"evictions":0,"repairs":0,"placement":[],
              "reason":{"code":"TOPOLOGY","level":"rack","domain":"b1/r1","required":9,"available":2,"short":7,"excluded":{"CORDONED":1},"helps":"WAIT","text":"rack b1/r1 is short of seven"}},
             "wrong":{"state":"REJECTED","expectedStartAt":null,"placement":[],"reason":{"code":"INVALID","helps":"NOTHING","text":"there is no level pdu"}},
             "quick":{"state":"FINISHED","startedAt":7,"finishedAt":12,"evictions":0,"repairs":0,"placement":[]}},
             "evicted":[],"moved":[],"cycles":2,"decisionMicros":{"p50":1,"max":2}}""";

    /** One change to what is good, and what the judge says to it. */
    private record Mistake(String rule, String scenario, String outcome, String verdict) {

        static Mistake that(String rule) {
            return new Mistake(rule, SCENARIO, OUTCOME, "");
        }

        Mistake scenario(String from, String to) {
            return new Mistake(rule, swap(scenario, from, to), outcome, verdict);
        }

        Mistake outcome(String from, String to) {
            return new Mistake(rule, scenario, swap(outcome, from, to), verdict);
        }

        Mistake event(String event) {
            return scenario("\"events\":[", "\"events\":[" + event + ",");
        }

        Mistake expect(String expected) {
            return scenario("\"expect\":{}", "\"expect\":{" + expected + "}");
        }

        Mistake is(String judged) {
            return new Mistake(rule, scenario, outcome, judged);
        }

        private static String swap(String text, String from, String to) {
            assertThat(text).contains(from);
            return text.replace(from, to);
        }
    }

    private static Stream<DynamicTest> tests(List<Mistake> mistakes) {
        return mistakes.stream()
                .map(mistake -> dynamicTest(
                        mistake.rule(),
                        () -> assertThat(ScenarioJudge.judge(
                                        Value.parse(mistake.scenario()), Value.parse(mistake.outcome())))
                                .get()
                                .asString()
                                .contains(mistake.verdict())));
    }

    @Test
    void aGoodOutcomeIsGood() {
        String expectations = """
                "jobs":{"gang":{"state":["RUNNING","FINISHED"],"hosts":{"a1":2,"a2":2,"c1":0},"oneOf":[{"c1":4},{"a1":2,"a2":2}],
                 "domainsUsed":{"host":2,"rack":1},"maxDomainsUsed":{"block":1},"within":{"rack":["b1/r1"],"host":["b1/r1/a1","a2"]},
                 "notWithin":{"rack":"b1/r2"},"maxRingEdges":{"host":1},"startedAt":1,"startedBy":1,"startedAfter":1,"maxEvictions":0},
                 "old":{"sameHostsAs":"running"},"wait":{"reason":["TOPOLOGY","CAPACITY"],"startedAt":null}},
                "led":{"state":"RUNNING"},
                "evicted":[],"maxEvicted":0,"untouched":["old","quick"],"moved":0,"maxMoved":0,"maxCycles":2,
                "freeDomain":{"level":"rack","domain":"b2/r3"},"stillFits":[{"pods":2,"request":{"gpu":1},"required":"rack"}]""";
        Mistake none = Mistake.that("nothing is wrong").expect(expectations);
        assertThat(ScenarioJudge.judge(Value.parse(none.scenario()), Value.parse(none.outcome())))
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> whatHoldsForEveryOutcome() {
        return tests(List.of(
                Mistake.that("it is of this scenario")
                        .outcome("\"id\":\"J1\"", "\"id\":\"J2\"")
                        .is("not of J1"),
                Mistake.that("it names every job")
                        .outcome("\"quick\":", "\"quack\":")
                        .is("quick: was submitted and is not there"),
                Mistake.that("it names no other job")
                        .outcome("\"old\":{", "\"other\":{\"state\":\"CANCELLED\"},\"old\":{")
                        .is("other: nobody submitted it"),
                Mistake.that("no host holds more than it can")
                        .scenario("\"request\":{\"gpu\":1},\"walltime\":40", "\"request\":{\"gpu\":2},\"walltime\":40")
                        .is("host a1: 6 gpu used of 4"),
                Mistake.that("hosts are known")
                        .outcome("\"host\":\"a2\"", "\"host\":\"a9\"")
                        .is("unknown host a9"),
                Mistake.that("no queue is above its maximum")
                        .scenario("\"max\":{\"gpu\":12}", "\"max\":{\"gpu\":8}")
                        .is("queue q: uses 9 gpu of at most 8"),
                Mistake.that("the maximum of a queue above binds too")
                        .scenario(
                                "{\"name\":\"q\",\"max\":{\"gpu\":12}}",
                                "{\"name\":\"p\",\"max\":{\"gpu\":8}},{\"name\":\"q\",\"parent\":\"p\"}")
                        .is("queue p: uses 9 gpu of at most 8"),
                Mistake.that("an eviction names its job")
                        .outcome("\"evicted\":[]", "\"evicted\":[{\"at\":1}]")
                        .is("evicted: an entry lacks job"),
                Mistake.that("an eviction names a job that is known")
                        .outcome("\"evicted\":[]", "\"evicted\":[{\"job\":\"nobody\"}]")
                        .is("evicted: names the unknown job nobody"),
                Mistake.that("a move has both ends")
                        .outcome("\"moved\":[]", "\"moved\":[{\"job\":\"old\",\"from\":\"a1\"}]")
                        .is("moved: an entry lacks to"),
                Mistake.that("a move leaves its host")
                        .outcome("\"moved\":[]", "\"moved\":[{\"job\":\"old\",\"from\":\"a1\",\"to\":\"a1\"}]")
                        .is("to itself"),
                Mistake.that("only movable jobs move")
                        .outcome("\"moved\":[]", "\"moved\":[{\"job\":\"old\",\"from\":\"a2\",\"to\":\"a1\",\"at\":3}]")
                        .is("old: moved although it is not movable"),
                Mistake.that("it is well formed")
                        .outcome("\"cycles\":2", "\"cycles\":2,\"extra\":null")
                        .outcome("\"rank\":3", "\"rank\":\"three\"")
                        .is("malformed: jobs.gang.placement[3].rank")));
    }

    @TestFactory
    Stream<DynamicTest> whatHoldsForEveryJob() {
        return tests(List.of(
                Mistake.that("its state is known").outcome("FINISHED", "DONE").is("unknown state"),
                Mistake.that("only what runs holds hosts")
                        .outcome(
                                "12,\"evictions\":0,\"repairs\":0,\"placement\":[]",
                                "12,\"placement\":[{\"rank\":0,\"host\":\"c1\"}]")
                        .is("quick: is FINISHED and holds hosts"),
                Mistake.that("what waits has a reason")
                        .outcome("{\"code\":\"TOPOLOGY\",", "{")
                        .is("wait: is PENDING without the code of a reason"),
                Mistake.that("its reason is known")
                        .outcome("\"TOPOLOGY\"", "\"BECAUSE\"")
                        .is("unknown reason BECAUSE"),
                Mistake.that("its reason has a text")
                        .outcome("rack b1/r1 is short of seven", " ")
                        .is("its reason has no text"),
                Mistake.that("only what is invalid is rejected")
                        .outcome("\"INVALID\"", "\"CAPACITY\"")
                        .is("wrong: is REJECTED with the reason CAPACITY"),
                Mistake.that("what is never valid is rejected")
                        .outcome("\"TOPOLOGY\"", "\"INVALID\"")
                        .is("wait: is PENDING with the reason INVALID"),
                Mistake.that("the numbers of a reason add up")
                        .outcome("\"short\":7", "\"short\":6")
                        .is("short of 6"),
                Mistake.that("the numbers of a reason are not negative")
                        .outcome("\"available\":2", "\"available\":-2")
                        .is("available -2"),
                Mistake.that("the level of a reason is known")
                        .outcome("\"level\":\"rack\"", "\"level\":\"row\"")
                        .is("unknown level row"),
                Mistake.that("the domain of a reason is known")
                        .outcome("\"domain\":\"b1/r1\"", "\"domain\":\"b1/r3\"")
                        .is("unknown rack b1/r3"),
                Mistake.that("it counts excluded hosts")
                        .outcome("{\"CORDONED\":1}", "{\"CORDONED\":0}")
                        .is("excludes {\"CORDONED\":0} hosts"),
                Mistake.that("no more hosts are excluded than there are")
                        .outcome("{\"CORDONED\":1}", "{\"CORDONED\":6}")
                        .is("excludes 6 hosts of 5"),
                Mistake.that("EXCLUDED says how many hosts")
                        .outcome("\"TOPOLOGY\"", "\"EXCLUDED\"")
                        .outcome("\"excluded\":{\"CORDONED\":1},", "")
                        .is("EXCLUDED without a count"),
                Mistake.that("what helps is known")
                        .outcome("\"WAIT\"", "\"PRAYER\"")
                        .is("unknown PRAYER"),
                Mistake.that("what is impossible is not expected")
                        .outcome("\"TOPOLOGY\"", "\"IMPOSSIBLE\"")
                        .is("IMPOSSIBLE and expected to start"),
                Mistake.that("what runs has started")
                        .outcome("\"startedAt\":1,", "\"startedAt\":null,")
                        .is("gang: is RUNNING and never started"),
                Mistake.that("it starts after it was submitted")
                        .outcome("\"startedAt\":1,", "\"startedAt\":0,")
                        .is("submitted at 1"),
                Mistake.that("it runs no longer than its walltime")
                        .outcome("\"finishedAt\":12", "\"finishedAt\":13")
                        .is("quick: ran 6 s past its walltime")));
    }

    @TestFactory
    Stream<DynamicTest> whatHoldsForARunningJob() {
        String cordon = "{\"at\":0,\"cordon\":\"a2\"}";
        List<Mistake> mistakes = new ArrayList<>();
        mistakes.add(Mistake.that("no rank is there twice")
                .outcome("\"rank\":3", "\"rank\":2")
                .is("rank 2 twice"));
        mistakes.add(Mistake.that("ranks are in order")
                .outcome(
                        "{\"rank\":2,\"host\":\"a2\"},{\"rank\":3,\"host\":\"a2\"}",
                        "{\"rank\":3,\"host\":\"a2\"},{\"rank\":2,\"host\":\"a2\"}")
                .is("gang: is not in rank order"));
        mistakes.add(Mistake.that("no pod is missing")
                .outcome(",{\"rank\":3,\"host\":\"a2\"}", "")
                .is("gang: runs with 3 pods, allowed 4 to 4"));
        mistakes.add(Mistake.that("no rank is past the last")
                .outcome("\"rank\":3", "\"rank\":4")
                .is("rank 4 of 4"));
        mistakes.add(Mistake.that("the leader is there")
                .outcome(
                        "{\"rank\":0,\"host\":\"c1\"},{\"rank\":1,\"host\":\"c1\"}",
                        "{\"rank\":1,\"host\":\"c1\"},{\"rank\":2,\"host\":\"c1\"}")
                .is("led: runs without its leader"));
        mistakes.add(Mistake.that("a gang in full has no reason")
                .outcome(
                        "\"repairs\":0,\n  \"placement\"",
                        "\"repairs\":0,\"reason\":{\"code\":\"CAPACITY\"},\"placement\"")
                .is("gang: runs in full and still has a reason"));
        mistakes.add(Mistake.that("it is in one required domain")
                .outcome(
                        "{\"rank\":2,\"host\":\"a2\"},{\"rank\":3,\"host\":\"a2\"}",
                        "{\"rank\":2,\"host\":\"d1\"},{\"rank\":3,\"host\":\"d1\"}")
                .is("gang: is to be in one rack"));
        mistakes.add(Mistake.that("a slice is in one domain")
                .outcome(
                        "{\"rank\":1,\"host\":\"a1\"},{\"rank\":2,\"host\":\"a2\"}",
                        "{\"rank\":1,\"host\":\"a2\"},{\"rank\":2,\"host\":\"a1\"}")
                .is("gang: slice 0 of 2 is split"));
        mistakes.add(Mistake.that("its hosts have the labels")
                .scenario("\"walltime\":40", "\"nodeSelector\":{\"pool\":\"a\"}")
                .is("gang: host a2 lacks the labels"));
        mistakes.add(Mistake.that("nothing runs on a host that is down")
                .event("{\"at\":9,\"hostDown\":\"a2\"}")
                .is("rank 2 runs on a2, which is down"));
        mistakes.add(Mistake.that("nothing came to a host after it was cordoned")
                .event(cordon)
                .is("rank 2 came to a2, which is cordoned"));
        mistakes.add(Mistake.that("nothing started on a host while it was cordoned")
                .event(cordon)
                .event("{\"at\":9,\"uncordon\":\"a2\"}")
                .is("started on a2 while it was cordoned"));
        mistakes.add(Mistake.that("nothing started on a host while it was down")
                .event("{\"at\":9,\"hostUp\":\"a2\"}")
                .event("{\"at\":0,\"hostDown\":\"a2\"}")
                .is("started on a2 while it was down"));
        mistakes.add(Mistake.that("nothing runs across a maintenance")
                .event("{\"at\":0,\"maintenance\":{\"domain\":[\"b1\",\"r1\"],\"from\":25,\"to\":50}}")
                .is("from 1 across a maintenance at 25"));
        return tests(mistakes);
    }

    @TestFactory
    Stream<DynamicTest> whatAScenarioExpectsOfAJob() {
        return tests(List.of(
                Mistake.that("state").expect("\"gang\":{\"state\":\"PENDING\"}").is("gang: is RUNNING, expected"),
                Mistake.that("hosts").expect("\"gang\":{\"hosts\":{\"a1\":4}}").is("gang: is on"),
                Mistake.that("oneOf")
                        .expect("\"gang\":{\"oneOf\":[{\"a1\":4}]}")
                        .is("none of"),
                Mistake.that("domainsUsed")
                        .expect("\"gang\":{\"domainsUsed\":{\"host\":1}}")
                        .is("uses 2 hosts"),
                Mistake.that("maxDomainsUsed")
                        .expect("\"gang\":{\"maxDomainsUsed\":{\"host\":1}}")
                        .is("expected at most 1"),
                Mistake.that("domains of a job that is nowhere")
                        .expect("\"wait\":{\"maxDomainsUsed\":{\"host\":1}}")
                        .is("is nowhere"),
                Mistake.that("within")
                        .expect("\"gang\":{\"within\":{\"rack\":\"b1/r2\"}}")
                        .is("is not within rack"),
                Mistake.that("notWithin")
                        .expect("\"gang\":{\"notWithin\":{\"host\":\"b1/r1/a2\"}}")
                        .is("uses host"),
                Mistake.that("maxRingEdges")
                        .expect("\"gang\":{\"maxRingEdges\":{\"host\":0}}")
                        .is("1 ring edges cross hosts"),
                Mistake.that("sameHostsAs")
                        .expect("\"old\":{\"sameHostsAs\":\"running\"}")
                        .outcome(
                                "[{\"rank\":0,\"host\":\"a1\"},{\"rank\":1,\"host\":\"a1\"}]}",
                                "[{\"rank\":0,\"host\":\"a1\"},{\"rank\":1,\"host\":\"c1\"}]}")
                        .is("old: rank 1 left a1 without need"),
                Mistake.that("reason").expect("\"wait\":{\"reason\":\"QUOTA\"}").is("expected \"QUOTA\""),
                Mistake.that("startedAt").expect("\"gang\":{\"startedAt\":2}").is("expected startedAt 2"),
                Mistake.that("startedAt null")
                        .expect("\"gang\":{\"startedAt\":null}")
                        .is("expected startedAt null"),
                Mistake.that("startedBy").expect("\"gang\":{\"startedBy\":0}").is("expected startedBy 0"),
                Mistake.that("startedAfter")
                        .expect("\"gang\":{\"startedAfter\":2}")
                        .is("expected startedAfter 2"),
                Mistake.that("maxEvictions")
                        .expect("\"old\":{\"maxEvictions\":0}")
                        .outcome("\"evicted\":[]", "\"evicted\":[{\"job\":\"old\"}]")
                        .is("old: was evicted 1 times"),
                Mistake.that("what nobody knows")
                        .expect("\"old\":{\"mood\":\"good\"}")
                        .is("unknown expectation mood"),
                Mistake.that("a job that is not there")
                        .expect("\"none\":{\"state\":\"RUNNING\"}")
                        .is("none: is not")));
    }

    @TestFactory
    Stream<DynamicTest> whatAScenarioExpectsOfAll() {
        String evicted = "\"evicted\":[{\"job\":\"old\"}]";
        return tests(List.of(
                Mistake.that("evicted").expect("\"evicted\":[\"old\"]").is("evicted [], expected [old]"),
                Mistake.that("maxEvicted")
                        .expect("\"maxEvicted\":0")
                        .outcome("\"evicted\":[]", evicted)
                        .is("evicted 1 jobs"),
                Mistake.that("untouched: evicted")
                        .expect("\"untouched\":[\"old\"]")
                        .outcome("\"evicted\":[]", evicted)
                        .is("old: was evicted"),
                Mistake.that("untouched: waits")
                        .expect("\"untouched\":[\"wait\"]")
                        .is("wait: is PENDING"),
                Mistake.that("untouched: repaired")
                        .expect("\"untouched\":[\"led\"]")
                        .outcome("2,\"finishedAt\":null,\"evictions\":0,\"repairs\":0", "2,\"repairs\":1")
                        .is("led: was evicted or repaired"),
                Mistake.that("untouched: elsewhere")
                        .expect("\"untouched\":[\"old\"]")
                        .outcome("{\"rank\":1,\"host\":\"a1\"}]}", "{\"rank\":1,\"host\":\"a2\"}]}")
                        .scenario(
                                "\"name\":\"a2\",\"path\":[\"b1\",\"r1\"],\"capacity\":{\"gpu\":4}",
                                "\"name\":\"a2\",\"path\":[\"b1\",\"r1\"],\"capacity\":{\"gpu\":5}")
                        .is("old: does not run where it did"),
                Mistake.that("moved").expect("\"moved\":1").is("moved 0 pods, expected 1"),
                Mistake.that("maxMoved")
                        .expect("\"maxMoved\":0")
                        .scenario("\"startedAt\":-10", "\"startedAt\":-10,\"movable\":true")
                        .outcome("\"moved\":[]", "\"moved\":[{\"job\":\"old\",\"from\":\"a2\",\"to\":\"a1\"}]")
                        .is("moved 1 pods, at most 0"),
                Mistake.that("maxCycles").expect("\"maxCycles\":1").is("took 2 cycles"),
                Mistake.that("freeDomain")
                        .expect("\"freeDomain\":{\"level\":\"rack\",\"domain\":\"b1/r2\"}")
                        .is("led: runs in rack b1/r2"),
                Mistake.that("stillFits")
                        .expect("\"stillFits\":{\"pods\":3,\"request\":{\"gpu\":1},\"required\":\"rack\"}")
                        .is("would not fit any more")));
    }

    @Test
    void twinsDifferInIdAndAboutOnly() {
        Value twin = Value.parse(SCENARIO.replace("\"J1\"", "\"J2\"").replace("Six jobs", "The same jobs"));
        Value other = Value.parse(SCENARIO.replace("\"until\":30", "\"until\":31"));
        String input = ScenarioJudge.input(Value.parse(SCENARIO));
        assertThat(ScenarioJudge.input(twin)).isEqualTo(input);
        assertThat(ScenarioJudge.input(other)).isNotEqualTo(input);
        Value sameResult = Value.parse(OUTCOME.replace("\"J1\"", "\"J2\"").replace("\"p50\":1", "\"p50\":9"));
        Value otherResult = Value.parse(OUTCOME.replace("\"cycles\":2", "\"cycles\":3"));
        assertThat(ScenarioJudge.result(sameResult)).isEqualTo(ScenarioJudge.result(Value.parse(OUTCOME)));
        assertThat(ScenarioJudge.result(otherResult)).isNotEqualTo(ScenarioJudge.result(Value.parse(OUTCOME)));
    }
}
