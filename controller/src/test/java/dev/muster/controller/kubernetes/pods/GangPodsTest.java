package dev.muster.controller.kubernetes.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.kubernetes.pods.ApiCall.BindPod;
import dev.muster.controller.kubernetes.pods.ApiCall.CreatePod;
import dev.muster.controller.kubernetes.pods.ApiCall.CreateService;
import dev.muster.controller.kubernetes.pods.ApiCall.DeletePod;
import dev.muster.controller.kubernetes.pods.PodReading.Life;
import dev.muster.controller.workload.RankState;
import dev.muster.controller.workload.RunPhase;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A gang of 2 hosts with 2 ranks each, told what happens and asked what it wants. */
class GangPodsTest {

    private static final GangKey KEY = new GangKey("job-uid", 1);

    private final Heard heard = new Heard();
    private GangPods gang = gang(Order.NOTED);

    private GangPods gang(Order order) {
        return GangPods.of(
                GangPlanTest.job(PodJobs.job("research", "llama", 2)),
                GangPlanTest.placement(1, 2, "n1", "n2"),
                order,
                10,
                new GangPods.Surroundings(job -> Optional.of(GangPlanTest.OWNER), host -> "nvidia.com/gpu"),
                heard);
    }

    /** Remembers what is due and what was told. */
    private static final class Heard implements GangPods.Listener {
        private final Set<Work> due = new LinkedHashSet<>();
        private final List<String> told = new ArrayList<>();

        @Override
        public void due(Work work) {
            due.add(work);
        }

        @Override
        public void changed(GangPods gang, String host) {}

        @Override
        public void hindered(GangPods gang, String host, String words) {
            told.add("hindered " + host + " " + words);
        }

        @Override
        public void givesUp(GangPods gang, String host, boolean graceful, String why) {
            told.add((graceful ? "leaves " : "lost ") + host + " " + why);
        }

        @Override
        public void answered(GangPods gang) {}

        @Override
        public void fenced(GangPods gang, String host) {
            told.add("fenced " + host);
        }
    }

    /** A call on its way. */
    private record Sent(Work work, ApiCall call) {
        void answered(Answer answer) {
            work.answered(call, answer);
        }
    }

    /** Sends whatever is wanted now. */
    private List<Sent> send() {
        List<Work> due = List.copyOf(heard.due);
        heard.due.clear();
        List<Sent> sent = new ArrayList<>();
        for (Work work : due) {
            work.next().ifPresent(call -> {
                work.sent(call);
                sent.add(new Sent(work, call));
            });
        }
        return sent;
    }

    private static String uid(ApiCall call) {
        if (call instanceof CreatePod create) {
            return "uid-" + create.pod().getMetadata().getName();
        }
        return "uid";
    }

    private void sendAndAnswer() {
        send().forEach(sent -> sent.answered(new Answer.Done(uid(sent.call()))));
    }

    private static PodReading reading(int rank, Life life, boolean bound) {
        String name = "llama-1-" + rank;
        return new PodReading(
                "research",
                name,
                "uid-" + name,
                KEY,
                "llama",
                rank,
                rank < 2 ? "n1" : "n2",
                bound,
                life,
                life == Life.FAILED ? 1 : 0,
                "",
                Optional.empty());
    }

    private void running() {
        gang.begin();
        sendAndAnswer();
        sendAndAnswer();
        sendAndAnswer();
        for (int rank = 0; rank < 4; rank++) {
            gang.seen(reading(rank, Life.RUNNING, true));
        }
    }

    @Test
    void nothingIsMadeBeforeTheDecisionIsDurable() {
        gang.everythingIsDue();
        assertThat(send()).isEmpty();
        gang.begin();
        assertThat(send()).extracting(Sent::call).allMatch(CreateService.class::isInstance);
    }

    @Test
    void theServiceComesFirstAndNothingIsBoundBeforeEveryPodIsThere() {
        gang.begin();
        sendAndAnswer();
        List<Sent> creations = send();
        assertThat(creations).hasSize(4).extracting(Sent::call).allMatch(CreatePod.class::isInstance);
        creations.subList(0, 3).forEach(sent -> sent.answered(new Answer.Done(uid(sent.call()))));
        assertThat(send()).isEmpty();
        creations.get(3).answered(new Answer.Done(uid(creations.get(3).call())));
        assertThat(send())
                .extracting(sent -> ((BindPod) sent.call()).name() + " " + ((BindPod) sent.call()).node())
                .containsExactlyInAnyOrder("llama-1-0 n1", "llama-1-1 n1", "llama-1-2 n2", "llama-1-3 n2");
    }

    @Test
    void theHostRunsWhenAllOfItsRanksDo() {
        running();
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.RUNNING);
        gang.seen(reading(0, Life.SUCCEEDED, true));
        gang.seen(reading(1, Life.SUCCEEDED, true));
        assertThat(gang.report("n1").succeeded()).isTrue();
        assertThat(heard.told).isEmpty();
    }

    @Test
    void aStopBeforeTheStartHasEndedWithoutAnyCall() {
        gang.end(Order.STOP, 10);
        assertThat(send()).isEmpty();
        gang.begin();
        assertThat(send()).isEmpty();
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.ENDED);
    }

    @Test
    void aPodWhoseCreationIsOnItsWayWhenTheStopComesIsDeletedAfterwardsAndNeverBound() {
        gang.begin();
        sendAndAnswer();
        List<Sent> creations = send();
        creations.subList(0, 2).forEach(sent -> sent.answered(new Answer.Done(uid(sent.call()))));
        gang.end(Order.STOP, 10);
        assertThat(send()).hasSize(2).extracting(Sent::call).allMatch(DeletePod.class::isInstance);
        assertThat(gang.report("n2").phase()).isEqualTo(RunPhase.STOPPING);
        creations.get(2).answered(new Answer.Done(uid(creations.get(2).call())));
        creations.get(3).answered(new Answer.NotNow("no answer", Optional.empty()));
        List<Sent> deletions = send();
        assertThat(deletions).hasSize(2).extracting(Sent::call).allMatch(DeletePod.class::isInstance);
        deletions.forEach(sent -> sent.answered(new Answer.Gone()));
        assertThat(gang.report("n2").phase()).isEqualTo(RunPhase.ENDED);
    }

    @Test
    void aDeletionIsNotEndedBeforeTheObjectIsGoneAndIsOnlyRepeatedToBeShorter() {
        running();
        gang.end(Order.STOP, 130);
        sendAndAnswer();
        gang.everythingIsDue();
        assertThat(send()).isEmpty();
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.STOPPING);
        gang.end(Order.STOP, 10);
        assertThat(send())
                .hasSize(4)
                .allSatisfy(sent ->
                        assertThat(((DeletePod) sent.call()).graceSeconds()).isEqualTo(10));
        gang.gone(reading(0, Life.RUNNING, true));
        gang.gone(reading(1, Life.RUNNING, true));
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.ENDED);
        assertThat(gang.report("n1").ranks())
                .allSatisfy(rank -> assertThat(rank.state()).isEqualTo(RankState.STOPPED));
        assertThat(heard.told).isEmpty();
    }

    @Test
    void aPodThatAppearsAfterItsDeletionWasAnsweredIsDeletedToo() {
        gang.begin();
        sendAndAnswer();
        List<Sent> creations = send();
        creations.forEach(sent -> sent.answered(new Answer.NotNow("no answer", Optional.empty())));
        gang.end(Order.STOP, 10);
        send().forEach(sent -> sent.answered(new Answer.Gone()));
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.ENDED);
        gang.seen(reading(1, Life.PENDING, false));
        assertThat(send())
                .singleElement()
                .satisfies(sent -> assertThat(sent.call()).isInstanceOf(DeletePod.class));
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.ENDED);
    }

    @Test
    void aPodThatIsGoneUnaskedIsToldAndNotMadeAgain() {
        running();
        gang.gone(reading(3, Life.RUNNING, true));
        assertThat(heard.told).containsExactly("lost n2 pod llama-1-3: the pod was deleted");
        assertThat(send()).isEmpty();
        assertThat(gang.report("n2").phase()).isEqualTo(RunPhase.RUNNING);
    }

    @Test
    void aHostIsFencedOnlyWhenNoCallOnItsWayCanStartAnythingThere() {
        gang.begin();
        sendAndAnswer();
        sendAndAnswer();
        List<Sent> bindings = send();
        assertThat(bindings).hasSize(4);
        gang.fence("n1");
        assertThat(heard.told).isEmpty();
        bindings.forEach(sent -> sent.answered(new Answer.Done("uid")));
        assertThat(heard.told).isEmpty();
        List<Sent> deletions = send();
        assertThat(deletions)
                .hasSize(2)
                .allSatisfy(sent ->
                        assertThat(((DeletePod) sent.call()).graceSeconds()).isZero());
        deletions.forEach(sent -> sent.answered(new Answer.Gone()));
        assertThat(heard.told).containsExactly("fenced n1");
    }

    @Test
    void ofAGangThatRanWhenTheControllerCameBackNothingIsMadeAgain() {
        gang = gang(Order.TAKEN_UP);
        for (int rank = 0; rank < 3; rank++) {
            gang.seen(reading(rank, Life.RUNNING, true));
        }
        gang.takeUp();
        assertThat(send()).isEmpty();
        assertThat(heard.told).containsExactly("lost n2 pod llama-1-3 is not there any more");
        assertThat(gang.report("n1").phase()).isEqualTo(RunPhase.RUNNING);
    }

    @Test
    void ofAGangThatWasStartingOnlyWhatIsMissingIsMade() {
        gang = gang(Order.START);
        gang.seen(reading(0, Life.RUNNING, true));
        gang.seen(reading(1, Life.PENDING, false));
        gang.takeUp();
        sendAndAnswer();
        assertThat(send())
                .extracting(
                        sent -> ((CreatePod) sent.call()).pod().getMetadata().getName())
                .containsExactly("llama-1-2", "llama-1-3");
    }
}
