package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.Exclusion;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.explain.Rejection;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobOutcome;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobState;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Stories that random scenarios told first: plans, quotas and reasons that must fit together. */
class ScenarioCycleStoriesTest {

    private static JobOutcome job(ScenarioOutcome outcome, String name) {
        return Optional.ofNullable(outcome.jobs().get(name)).orElseThrow();
    }

    private static Explanation explanation(ScenarioOutcome outcome, String name) {
        return job(outcome, name).explanation().orElseThrow();
    }

    @Test
    void aJobThatWouldRunIntoAPlanIsNotPlannedItselfInFrontOfOthers() {
        ScenarioOutcome outcome = Story.of()
                .queue("'name':'a'")
                .queue("'name':'b'")
                .running("old", "'queue':'a','duration':1500", "a1")
                .submit(0, "large", 4, "'queue':'a','priority':9,'preemptible':false")
                .submit(1, "endless", 1, "'queue':'b','priority':5")
                .submit(2, "short", 3, "'queue':'b','duration':50")
                .policy("'preemption':false")
                .run();
        assertThat(explanation(outcome, "large").expectedStartAt()).contains(Instant.ofEpochSecond(1_500));
        assertThat(explanation(outcome, "endless").rejection().code()).isEqualTo(ReasonCode.RESERVED);
        assertThat(explanation(outcome, "endless").expectedStartAt())
                .as("the planned job never ends")
                .isEmpty();
        assertThat(job(outcome, "short").startedAt())
                .as("it ends before the plan, and what cannot start keeps no hosts")
                .contains(2L);
    }

    @Test
    void anElasticGangOfSlicesNeedsAWholeSliceOfItsQueue() {
        ScenarioOutcome outcome = Story.of()
                .queue("'name':'q','max':{'gpu':4}")
                .submit(0, "j", 4, "'queue':'q','minPods':1,'topology':{'slices':[{'size':2,'within':'rack'}]}")
                .run();
        Rejection rejection = explanation(outcome, "j").rejection();
        assertThat(rejection.code()).isEqualTo(ReasonCode.IMPOSSIBLE);
        assertThat(rejection.required()).isEqualTo(8);
    }

    @Test
    void aGangWithALeaderGrowsNoFurtherThanItsQueueMay() {
        ScenarioOutcome outcome = Story.of()
                .queue("'name':'q','max':{'gpu':12}")
                .queue("'name':'p'")
                .running("old", "'queue':'p','duration':10", "b1", "b2")
                .submit(0, "j", 4, "'queue':'q','minPods':1,'leader':{'request':{'gpu':4}}")
                .run();
        assertThat(job(outcome, "j").startedAt()).contains(0L);
        assertThat(job(outcome, "j").placement()).as("from two ranks to three").hasSize(3);
    }

    @Test
    void aRepairGivesAnElasticGangNoMoreThanItsQueueMayHave() {
        ScenarioOutcome outcome = Story.of()
                .queue("'name':'q','max':{'gpu':8}")
                .submit(0, "j", 4, "'queue':'q','minPods':1")
                .event(5, "'hostDown':'a1'")
                .event(6, "'hostDown':'a2'")
                .run();
        assertThat(job(outcome, "j").repairs()).isPositive();
        assertThat(job(outcome, "j").placement()).hasSize(2);
    }

    @Test
    void aHostThatWouldDoForTheLeaderOnlyIsCountedAsExcluded() {
        String half = "{'job':'half','pods':[{'host':'a1','request':{'gpu':2}}]}";
        ScenarioOutcome outcome = new Story("", "", half, "", 60)
                .running("full", "", "b1", "b2")
                .event(0, "'cordon':'a1'")
                .submit(1, "j", 1, "'leader':{'request':{'gpu':1}}")
                .run();
        Rejection rejection = explanation(outcome, "j").rejection();
        assertThat(rejection.code()).isEqualTo(ReasonCode.EXCLUDED);
        assertThat(rejection.excluded()).containsEntry(Exclusion.CORDONED.name(), 1);
    }

    @Test
    void underAStrictOrderNobodyIsExpectedBeforeTheFirst() {
        ScenarioOutcome outcome = Story.of()
                .policy("'order':'fifo'")
                .running("old", "'duration':2000", "a1")
                .submit(0, "large", 4, "")
                .submit(1, "small", 1, "'duration':10")
                .run();
        assertThat(explanation(outcome, "small").rejection().code()).isEqualTo(ReasonCode.ORDER);
        assertThat(explanation(outcome, "small").expectedStartAt()).contains(Instant.ofEpochSecond(2_000));
    }

    /** What the search for victims had put together was refused in another order, and it asked again for ever. */
    @Test
    void theSearchForVictimsComesToAnEnd() {
        String text = """
                {'id':'F1','levels':['block','rack'],'hosts':[{'name':'h0','path':['b1','r2'],'capacity':{'gpu':1}},
                  {'name':'h1','path':['b1','r1'],'capacity':{'gpu':4}},{'name':'h2','path':['b2','r2'],'capacity':{'gpu':8}}],
                 'queues':[{'name':'a','weight':3,'reclaim':false},{'name':'b','guaranteed':{'gpu':4},'weight':2},{'name':'c'}],
                 'policy':{'consolidation':true},
                 'events':[{'at':49,'submit':{'job':'j0','queue':'b','duration':272,'pods':1,'request':{'gpu':2},
                    'topology':{'required':'block','preferred':'rack'}}},
                  {'at':22,'submit':{'job':'j1','queue':'c','pods':1,'request':{'gpu':4}}},
                  {'at':59,'submit':{'job':'j2','queue':'b','priority':5,'walltime':43,'minRuntime':58,'pods':1,'request':{'gpu':4}}},
                  {'at':28,'submit':{'job':'j3','queue':'a','priority':1,'duration':274,'minRuntime':69,'movable':true,'pods':2,'request':{'gpu':1}}},
                  {'at':56,'submit':{'job':'j4','queue':'a','duration':209,'walltime':120,'pods':6,'request':{'gpu':4}}},
                  {'at':6,'submit':{'job':'j5','queue':'c','pods':1,'request':{'gpu':1},'topology':{'preferred':'rack'}}},
                  {'at':23,'submit':{'job':'j6','queue':'c','priority':10,'duration':87,'movable':true,'pods':1,'request':{'gpu':1}}},
                  {'at':5,'submit':{'job':'j7','queue':'a','minPods':2,'preemptible':false,'minRuntime':29,'pods':4,'request':{'gpu':1}}},
                  {'at':21,'submit':{'job':'j8','queue':'c','pods':3,'request':{'gpu':1}}}],
                 'until':60}""";
        Scenario scenario = ScenarioReader.read(text.replace('\'', '"'))
                .value()
                .orElseThrow()
                .get(0);
        ScenarioOutcome outcome = new ScenarioSimulator(() -> 0).run(scenario);
        assertThat(job(outcome, "j7").state()).isEqualTo(JobState.RUNNING);
        assertThat(outcome.jobs()).hasSize(9);
    }
}
