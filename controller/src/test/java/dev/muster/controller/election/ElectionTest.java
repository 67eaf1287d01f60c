package dev.muster.controller.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.muster.controller.election.Hustings.Standing;
import dev.muster.controller.loop.LoopException;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.store.CommitResult;
import dev.muster.controller.store.Condition;
import dev.muster.controller.store.StoreWrite;
import dev.muster.controller.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who leads when controllers come, die, freeze and lose sight of the store. After each step at most one leads. */
class ElectionTest {

    private final Hustings hustings = new Hustings();

    private CommitResult commit(List<Condition> fence, String value) {
        StoreWrite write = new StoreWrite.Put(StoreKeys.node("n1"), value.getBytes(StandardCharsets.UTF_8));
        var answer = hustings.store.commit(new Transaction(fence, List.of(write)));
        hustings.settle();
        return answer.join();
    }

    @Test
    void theFirstLeadsAtOnceAndTheSecondKnowsWhere() {
        Standing a = hustings.stand("a");
        Standing b = hustings.stand("b");

        assertThat(a.leads()).isTrue();
        assertThat(b.leads()).isFalse();
        assertThat(b.other).contains(new Candidate("a", "a:7443"));
    }

    @Test
    void aLeaderThatRenewsStaysForLong() {
        Standing a = hustings.stand("a");
        hustings.stand("b");
        hustings.advance(60_000);
        assertThat(a.heard).containsExactly("elected");
    }

    @Test
    void anotherLeadsSoonAfterTheLeaderDied() {
        Standing a = hustings.stand("a");
        Standing b = hustings.stand("b");
        hustings.advance(10_000);

        a.freeze();
        hustings.advance(3_300);

        assertThat(b.leads()).isTrue();
    }

    @Test
    void anotherLeadsAtOnceAfterTheLeaderResigned() {
        Standing a = hustings.stand("a");
        Standing b = hustings.stand("b");

        var handedOver = a.election.resign();
        hustings.settle();
        assertThat(handedOver).isCompleted();
        hustings.advance(250);

        assertThat(b.leads()).isTrue();
        hustings.advance(10_000);
        assertThat(b.heard).containsExactly("elected");
    }

    @Test
    void aLeaderThatSleptKnowsWithoutAskingThatItsTimeIsOver() {
        Standing a = hustings.stand("a");
        Leadership before = a.leadership.orElseThrow();
        List<Condition> fence = before.fence();
        Standing b = hustings.stand("b");
        a.freeze();
        hustings.advance(4_000);

        // Its first thought after it woke, before any task of the election has run.
        assertThat(before.isHeld()).isFalse();
        assertThatThrownBy(before::fence).isInstanceOf(LoopException.NotLeading.class);
        assertThat(commit(fence, "stale")).isInstanceOf(CommitResult.Conflict.class);

        a.thaw();
        assertThat(a.heard).hasSize(2).last().asString().startsWith("lost:");
        hustings.advance(1_000);
        assertThat(a.other).contains(new Candidate("b", "b:7443"));
        assertThat(b.leads()).isTrue();
    }

    @Test
    void aLeaderWithoutTheStoreStopsBeforeItsLeaseEnds() {
        Standing a = hustings.stand("a");
        Standing b = hustings.stand("b");
        hustings.advance(5_000);

        a.line.line = FlakyStore.Line.CUT;
        hustings.advance(10_000);

        assertThat(a.heard).hasSize(2).last().asString().contains("not renewed in time");
        assertThat(a.other).isEmpty();
        assertThat(b.leads()).isTrue();
        a.line.line = FlakyStore.Line.GOOD;
        hustings.advance(1_000);
        assertThat(a.other).contains(new Candidate("b", "b:7443"));
    }

    @Test
    void aShortOutageOfTheStoreChangesNothing() {
        Standing a = hustings.stand("a");
        hustings.advance(5_000);
        a.line.line = FlakyStore.Line.CUT;
        hustings.advance(1_500);
        a.line.line = FlakyStore.Line.GOOD;
        hustings.advance(5_000);
        assertThat(a.heard).containsExactly("elected");
    }

    @Test
    void aClaimWithoutAnAnswerLeadsToNothingAndBlocksNobodyForLong() {
        Standing a = hustings.stand("a");
        Standing b = hustings.stand("b");
        b.line.line = FlakyStore.Line.LOSES_ANSWERS;
        var unused = a.election.resign();
        hustings.advance(2_000);
        assertThat(b.leads()).isFalse();

        b.line.line = FlakyStore.Line.GOOD;
        hustings.advance(3_500);

        assertThat(b.leads()).isTrue();
    }

    @Test
    void whoStepsDownStandsAnewWithAnotherTokenSoThatCommitsOnTheirWayComeToNothing() {
        Standing a = hustings.stand("a");
        Leadership first = a.leadership.orElseThrow();
        List<Condition> onItsWay = first.fence();

        a.election.stepDown(first, "a commit has no answer");
        assertThat(first.isHeld()).isFalse();
        hustings.advance(4_000);

        assertThat(a.leads()).isTrue();
        assertThat(a.leadership.orElseThrow().term()).isGreaterThan(first.term());
        assertThat(commit(onItsWay, "late")).isInstanceOf(CommitResult.Conflict.class);
        assertThat(commit(a.leadership.orElseThrow().fence(), "fresh")).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void steppingDownTwiceIsOnceAndNeverHarmsTheNextLeadership() {
        Standing a = hustings.stand("a");
        Leadership first = a.leadership.orElseThrow();
        a.election.stepDown(first, "once");
        a.election.stepDown(first, "twice");
        hustings.advance(4_000);
        a.election.stepDown(first, "much later");
        hustings.advance(1_000);
        assertThat(a.heard).containsExactly("elected", "lost: once", "elected");
    }

    @Test
    void aLeaderKeyThatSomebodyDeletedCostsTheLead() {
        Standing a = hustings.stand("a");
        var unused = hustings.store.commit(Transaction.of(new StoreWrite.Delete(StoreKeys.LEADER)));
        hustings.advance(1_100);
        assertThat(a.heard).contains("lost: the leader key is no longer its own");
    }

    @Test
    void aStoreOfOnesOwnNeedsNoLeaseAndNoWaiting() {
        var first = Leadership.take(hustings.store, "first life");
        hustings.settle();
        var second = Leadership.take(hustings.store, "second life");
        hustings.settle();

        assertThat(second.join().isHeld()).isTrue();
        assertThat(second.join().term()).isZero();
        assertThat(commit(first.join().fence(), "stale")).isInstanceOf(CommitResult.Conflict.class);
        assertThat(commit(second.join().fence(), "fresh")).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void theLeaderKeyIsReadableAndWhatOldReleasesWroteIsToo() {
        Candidate written = new Candidate("host pid 7", "10.0.0.1:7443");
        assertThat(Candidate.decode(written.encode())).isEqualTo(written);
        assertThat(Candidate.decode("pid 7".getBytes(StandardCharsets.UTF_8)).reachableAt())
                .isEqualTo(Optional.empty());
    }

    @Test
    void whateverHappensAtMostOneLeadsAndInTheEndOneDoes() {
        for (long seed = 1; seed <= 200; seed++) {
            try {
                story(new Random(seed));
            } catch (AssertionError problem) {
                throw new AssertionError("seed " + seed + ": " + problem.getMessage(), problem);
            }
        }
    }

    private static void story(Random random) {
        Hustings crowd = new Hustings();
        List<Standing> all = List.of(crowd.stand("a"), crowd.stand("b"), crowd.stand("c"));
        for (int event = 0; event < 30; event++) {
            Standing one = all.get(random.nextInt(all.size()));
            switch (random.nextInt(6)) {
                case 0 -> one.freeze();
                case 1 -> one.line.line = FlakyStore.Line.CUT;
                case 2 -> one.line.line = FlakyStore.Line.LOSES_ANSWERS;
                case 3 -> one.leadership.ifPresent(won -> one.election.stepDown(won, "by chance"));
                default -> {
                    one.line.line = FlakyStore.Line.GOOD;
                    one.thaw();
                }
            }
            crowd.advance(10L * random.nextInt(300));
        }
        all.forEach(one -> one.line.line = FlakyStore.Line.GOOD);
        all.forEach(Standing::thaw);
        crowd.advance(8_000);
        assertThat(all.stream().filter(Standing::leads)).hasSize(1);
    }
}
