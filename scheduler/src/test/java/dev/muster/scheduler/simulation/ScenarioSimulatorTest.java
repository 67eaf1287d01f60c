package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.explain.ReasonCode;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobOutcome;
import dev.muster.scheduler.simulation.ScenarioOutcome.JobState;
import dev.muster.scheduler.workload.PlacedPod;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens on virtual time, moment by moment: stories on two racks of two hosts with four GPUs each. */
class ScenarioSimulatorTest {

    private static JobOutcome job(ScenarioOutcome outcome, String name) {
        return Optional.ofNullable(outcome.jobs().get(name)).orElseThrow();
    }

    private static List<String> hosts(ScenarioOutcome outcome, String name) {
        return job(outcome, name).placement().stream().map(PlacedPod::host).toList();
    }

    private static ReasonCode reason(ScenarioOutcome outcome, String name) {
        return job(outcome, name).explanation().orElseThrow().rejection().code();
    }

    @Test
    void aWaitingJobStartsInTheSecondInWhichAnotherEnds() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "first", 4, "'duration':100")
                .submit(5, "second", 3, "'duration':50")
                .run();
        assertThat(job(outcome, "first").finishedAt()).contains(100L);
        assertThat(job(outcome, "second").startedAt()).contains(100L);
        assertThat(job(outcome, "second").finishedAt()).contains(150L);
    }

    @Test
    void aJobThatRanAtTheBeginningEndsByItsOwnClock() {
        ScenarioOutcome outcome = Story.of()
                .running("old", "'startedAt':-70,'duration':100", "a1")
                .running("older", "'startedAt':-100,'duration':90", "a2")
                .run();
        assertThat(job(outcome, "old").finishedAt()).contains(30L);
        assertThat(job(outcome, "older").finishedAt()).as("it was due before").contains(0L);
    }

    @Test
    void aJobThatLiesAboutItsLengthIsStoppedAtItsWalltime() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "liar", 1, "'duration':300,'walltime':60")
                .submit(0, "honest", 1, "'duration':60,'walltime':60")
                .submit(0, "endless", 1, "'walltime':60")
                .run();
        assertThat(job(outcome, "liar").state()).isEqualTo(JobState.FAILED);
        assertThat(job(outcome, "liar").finishedAt()).contains(60L);
        assertThat(job(outcome, "honest").state()).isEqualTo(JobState.FINISHED);
        assertThat(job(outcome, "endless").state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void aJobThatFinishesInTheSecondOfItsWalltimeIsInTime() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "j", 1, "'walltime':60")
                .event(60, "'finish':'j'")
                .run();
        assertThat(job(outcome, "j").state()).isEqualTo(JobState.FINISHED);
    }

    @Test
    void whatEndsAtASecondMakesRoomForWhatComesAtTheSame() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "first", 4, "")
                .submit(9, "second", 4, "")
                .event(9, "'finish':'first'")
                .run();
        assertThat(job(outcome, "second").startedAt()).contains(9L);
        assertThat(outcome.cycles()).isEqualTo(2);
    }

    @Test
    void jobsOfOneSecondComeInTheOrderOfTheirNames() {
        ScenarioOutcome outcome =
                Story.of().submit(0, "b", 3, "").submit(0, "a", 3, "").run();
        assertThat(job(outcome, "a").state()).isEqualTo(JobState.RUNNING);
        assertThat(job(outcome, "b").state()).isEqualTo(JobState.PENDING);
    }

    @Test
    void aHeldJobWaitsThoughThereIsRoom() {
        ScenarioOutcome outcome = Story.of().submit(0, "j", 1, "'hold':true").run();
        assertThat(job(outcome, "j").state()).isEqualTo(JobState.PENDING);
        assertThat(reason(outcome, "j")).isEqualTo(ReasonCode.HELD);
    }

    @Test
    void aCancelledJobLeavesItsRoomOrItsPlaceInTheQueue() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "runs", 4, "")
                .submit(1, "waits", 4, "")
                .submit(2, "last", 4, "")
                .event(3, "'cancel':'waits'")
                .event(4, "'cancel':'runs'")
                .run();
        assertThat(job(outcome, "runs").state()).isEqualTo(JobState.CANCELLED);
        assertThat(job(outcome, "waits").state()).isEqualTo(JobState.CANCELLED);
        assertThat(job(outcome, "waits").startedAt()).isEmpty();
        assertThat(job(outcome, "last").startedAt()).contains(4L);
    }

    @Test
    void anInvalidJobIsRejectedAtOnceAndHurtsNobody() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "level", 1, "'topology':{'required':'pdu'}")
                .submit(0, "slices", 4, "'topology':{'slices':[{'size':3,'within':'rack'}]}")
                .submit(0, "least", 2, "'minPods':3")
                .submit(0, "none", 0, "")
                .submit(1, "good", 4, "")
                .event(2, "'cancel':'level'")
                .run();
        for (String name : List.of("level", "slices", "least", "none")) {
            assertThat(job(outcome, name).state()).as(name).isEqualTo(JobState.REJECTED);
            assertThat(reason(outcome, name)).as(name).isEqualTo(ReasonCode.INVALID);
        }
        assertThat(job(outcome, "good").startedAt()).contains(1L);
    }

    @Test
    void aLostPodMovesAndTheOthersStay() {
        ScenarioOutcome outcome = Story.of()
                .running("j", "'startedAt':-10", "a1", "a2", "b1")
                .event(5, "'hostDown':'a2'")
                .run();
        assertThat(hosts(outcome, "j")).containsExactly("a1", "b2", "b1");
        assertThat(job(outcome, "j").repairs()).isEqualTo(1);
        assertThat(job(outcome, "j").startedAt()).contains(-10L);
    }

    @Test
    void aGangThatCannotBeRepairedWaitsAgainAndStartsAnew() {
        Story story = Story.of()
                .submit(0, "j", 2, "'duration':100,'topology':{'required':'rack'}")
                .event(1, "'cordon':'b1'")
                .event(50, "'hostDown':'a1'");
        ScenarioOutcome waiting = story.run();
        assertThat(job(waiting, "j").state()).isEqualTo(JobState.PENDING);
        assertThat(job(waiting, "j").startedAt()).isEmpty();
        assertThat(job(waiting, "j").evictions()).isZero();
        assertThat(reason(waiting, "j")).isEqualTo(ReasonCode.EXCLUDED);
        assertThat(waiting.evicted()).isEmpty();

        ScenarioOutcome again = story.event(60, "'hostUp':'a1'").run();
        assertThat(job(again, "j").startedAt()).contains(60L);
        assertThat(job(again, "j").finishedAt()).as("its whole duration anew").contains(160L);
    }

    @Test
    void hostsThatFailInOneSecondAreNoRefugeForEachOther() {
        ScenarioOutcome outcome = Story.of()
                .running("j", "", "a1")
                .event(5, "'hostDown':'a1'")
                .event(5, "'hostDown':'a2'")
                .run();
        assertThat(hosts(outcome, "j")).hasSize(1).doesNotContain("a1", "a2");
        assertThat(job(outcome, "j").repairs()).isEqualTo(1);
    }

    @Test
    void theMoreImportantGangGetsTheOnlySpareHost() {
        ScenarioOutcome outcome = Story.of()
                .running("a", "'priority':1", "a1")
                .running("b", "'priority':9", "a2")
                .running("c", "'priority':9", "b1")
                .event(5, "'hostDown':'a1'")
                .event(5, "'hostDown':'a2'")
                .run();
        assertThat(hosts(outcome, "b")).containsExactly("b2");
        assertThat(job(outcome, "a").state()).isEqualTo(JobState.PENDING);
    }

    @Test
    void aHostThatComesBackInTheSameSecondHasLostItsPods() {
        ScenarioOutcome outcome = Story.of()
                .running("j", "'startedAt':-10", "a1")
                .event(5, "'hostDown':'a1'")
                .event(5, "'hostUp':'a1'")
                .run();
        assertThat(job(outcome, "j").repairs()).isEqualTo(1);
        assertThat(hosts(outcome, "j")).doesNotContain("a1");
    }

    @Test
    void aPinnedJobStaysUnderACordonAndWaitsWhenItsHostIsLost() {
        Story cordoned = Story.of().running("j", "'pinned':true", "a1").event(1, "'cordon':'a1'");
        assertThat(hosts(cordoned.run(), "j")).containsExactly("a1");
        assertThat(job(cordoned.run(), "j").repairs()).isZero();

        ScenarioOutcome lost = cordoned.event(7, "'hostDown':'a1'").run();
        assertThat(job(lost, "j").startedAt()).as("it starts elsewhere").contains(7L);
        assertThat(job(lost, "j").repairs()).isZero();
    }

    @Test
    void anElasticGangShrinksAndGrowsBack() {
        Story story = Story.of().submit(0, "j", 4, "'minPods':3").event(5, "'hostDown':'a2'");
        assertThat(job(story.run(), "j").placement())
                .extracting(PlacedPod::rank)
                .hasSize(3);
        ScenarioOutcome grown = story.event(9, "'hostUp':'a2'").run();
        assertThat(job(grown, "j").placement()).extracting(PlacedPod::rank).containsExactly(0, 1, 2, 3);
        assertThat(job(grown, "j").startedAt()).contains(0L);
    }

    @Test
    void aPreemptedJobWaitsWithItsFirstTimeAndRunsItsWholeDurationAnew() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "low", 4, "'duration':100")
                .submit(40, "other", 4, "'duration':100")
                .submit(60, "high", 4, "'priority':5,'duration':20")
                .run();
        assertThat(outcome.evicted()).containsExactly(new ScenarioOutcome.Eviction("low", 60, "high"));
        assertThat(job(outcome, "low").evictions()).isEqualTo(1);
        assertThat(job(outcome, "low").startedAt())
                .as("before the other, which came later")
                .contains(80L);
        assertThat(job(outcome, "low").finishedAt()).contains(180L);
        assertThat(job(outcome, "other").startedAt()).contains(180L);
    }

    @Test
    void theEndOfAProtectionIsAMoment() {
        ScenarioOutcome outcome = Story.of()
                .running("low", "'startedAt':-30,'minRuntime':90", "a1", "a2", "b1", "b2")
                .submit(0, "high", 4, "'priority':5")
                .run();
        assertThat(outcome.evicted()).containsExactly(new ScenarioOutcome.Eviction("low", 60, "high"));
    }

    @Test
    void aProtectionThatIsOverBeforeTheBeginningRepeatsNothing() {
        ScenarioOutcome outcome = Story.of()
                .running("old", "'startedAt':-600,'minRuntime':60", "a1")
                .submit(0, "j", 1, "")
                .run();
        assertThat(job(outcome, "j").state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void aMaintenanceKeepsNewWorkOffAndLetsOldWorkGoOn() {
        Story story = Story.of()
                .running("old", "", "a1")
                .event(0, "'maintenance':{'domain':['a'],'from':100,'to':200}")
                .submit(0, "long", 3, "'duration':150")
                .submit(1, "short", 1, "'duration':50,'topology':{'required':'rack'}");
        ScenarioOutcome outcome = story.run();
        assertThat(job(outcome, "old").state()).isEqualTo(JobState.RUNNING);
        assertThat(job(outcome, "short").startedAt()).contains(1L);
        assertThat(job(outcome, "long").startedAt())
                .as("when the window closes")
                .contains(200L);
    }

    @Test
    void aMaintenanceThatIsOpenWhenItIsAnnouncedRepeatsNothing() {
        ScenarioOutcome outcome = Story.of()
                .event(5, "'maintenance':{'domain':['a'],'from':0,'to':20}")
                .submit(5, "j", 4, "")
                .run();
        assertThat(job(outcome, "j").startedAt()).contains(20L);
    }

    @Test
    void aMaintenanceOfOneHostSparesTheOthers() {
        ScenarioOutcome outcome = Story.of()
                .event(0, "'maintenance':{'domain':['a','a1'],'from':0,'to':5000}")
                .submit(0, "fits", 3, "")
                .submit(1, "waits", 1, "")
                .run();
        assertThat(hosts(outcome, "fits")).containsExactlyInAnyOrder("a2", "b1", "b2");
        assertThat(reason(outcome, "waits")).isEqualTo(ReasonCode.EXCLUDED);
    }

    @Test
    void underAStrictOrderTheFirstThatDoesNotFitStopsAllBehindIt() {
        ScenarioOutcome outcome = Story.of()
                .policy("'order':'fifo','backfill':'none'")
                .running("old", "", "a1")
                .submit(1, "large", 4, "")
                .submit(2, "small", 1, "")
                .run();
        assertThat(reason(outcome, "large")).isEqualTo(ReasonCode.CAPACITY);
        assertThat(reason(outcome, "small")).isEqualTo(ReasonCode.ORDER);
    }

    @Test
    void nothingHappensAfterTheEnd() {
        ScenarioOutcome outcome = Story.of()
                .submit(0, "j", 1, "'duration':10")
                .submit(20, "late", 1, "")
                .until(9)
                .run();
        assertThat(job(outcome, "j").state()).isEqualTo(JobState.RUNNING);
        assertThat(outcome.jobs()).doesNotContainKey("late");
    }

    @Test
    void aMovedJobNamesEachPodThatMoved() {
        String small = "{'job':'%s','movable':true,'pods':[{'host':'%s','request':{'gpu':2}}]}";
        Story story = new Story(
                "",
                "'consolidation':true",
                small.formatted("m1", "a1") + "," + small.formatted("m2", "a2") + ","
                        + "{'job':'full','priority':9,'pods':[{'host':'b1','request':{'gpu':4}},{'host':'b2','request':{'gpu':4}}]}",
                "",
                1_000);
        ScenarioOutcome outcome = story.submit(3, "j", 1, "").run();
        assertThat(job(outcome, "j").startedAt()).contains(3L);
        assertThat(outcome.evicted()).isEmpty();
        assertThat(outcome.moved()).hasSize(1);
        ScenarioOutcome.Move move = outcome.moved().get(0);
        assertThat(move.rank()).isZero();
        assertThat(move.at()).isEqualTo(3);
        assertThat(List.of(move.from(), move.to())).containsExactlyInAnyOrder("a1", "a2");
        assertThat(hosts(outcome, move.job())).containsExactly(move.to());
    }

    @Test
    void theOutcomeIsWrittenAsTheFormatSays() {
        String json = Story.of()
                .running("r", "'startedAt':-5", "a1")
                .submit(0, "w", 4, "'topology':{'required':'rack'}")
                .run()
                .toJson();
        Value outcome = Value.parse(json);
        assertThat(json).doesNotContain("\n");
        assertThat(outcome.members().keySet())
                .containsExactly("id", "jobs", "evicted", "moved", "cycles", "decisionMicros");
        assertThat(outcome.get("jobs").get("r").toString())
                .isEqualTo(
                        "{\"evictions\":0,\"expectedStartAt\":null,\"finishedAt\":null,"
                                + "\"placement\":[{\"host\":\"a1\",\"rank\":0}],\"repairs\":0,\"startedAt\":-5,\"state\":\"RUNNING\"}");
        Value reason = outcome.get("jobs").get("w").get("reason");
        assertThat(reason.get("code").text()).isEqualTo("IMPOSSIBLE");
        assertThat(reason.get("level").text()).isEqualTo("rack");
        assertThat(reason.get("short").number()).isEqualTo(2);
        assertThat(reason.get("helps").text()).isEqualTo("NOTHING");
    }

    @Test
    void theSameScenarioHasTheSameOutcomeToTheByte() {
        Story story = Story.of()
                .running("old", "'duration':30", "a1", "b1")
                .submit(0, "x", 2, "'duration':40")
                .submit(0, "y", 3, "")
                .event(20, "'hostDown':'b2'");
        assertThat(story.run().toJson()).isEqualTo(story.run().toJson());
    }
}
