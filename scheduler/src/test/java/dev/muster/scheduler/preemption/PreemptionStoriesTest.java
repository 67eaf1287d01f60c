package dev.muster.scheduler.preemption;

import static dev.muster.scheduler.preemption.BusyCluster.NOW;
import static dev.muster.scheduler.preemption.BusyCluster.amounts;
import static dev.muster.scheduler.preemption.BusyCluster.asking;
import static dev.muster.scheduler.preemption.BusyCluster.atLeast;
import static dev.muster.scheduler.preemption.BusyCluster.gpus;
import static dev.muster.scheduler.preemption.BusyCluster.job;
import static dev.muster.scheduler.preemption.BusyCluster.notPreemptible;
import static dev.muster.scheduler.preemption.BusyCluster.queue;
import static dev.muster.scheduler.preemption.BusyCluster.safeFor;
import static dev.muster.scheduler.preemption.BusyCluster.shrunk;
import static dev.muster.scheduler.preemption.BusyCluster.stopped;
import static dev.muster.scheduler.preemption.BusyCluster.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TopologySpec;
import dev.muster.scheduler.preemption.PreemptionRefusal.Kind;
import dev.muster.scheduler.workload.RunningJob;
import dev.muster.scheduler.workload.WaitingJob;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PreemptionStoriesTest {

    private static BusyCluster oneHost(long gpus, QueueSpec... queues) {
        return new BusyCluster(List.of("rack"), queues).host("h", "r1", gpus(gpus));
    }

    private static String[] times(int count, String host) {
        String[] hosts = new String[count];
        Arrays.fill(hosts, host);
        return hosts;
    }

    @Test
    void hostsThatNoEvictionEmptiesAreLeftAlone() {
        BusyCluster cluster = new BusyCluster(List.of("rack"));
        for (int host = 1; host <= 4; host++) {
            cluster.host("h" + host, "r1", gpus(8));
            for (int index = 0; index < 8; index++) {
                int priority = index < 6 ? 10 : 0;
                cluster.running(600, job("j" + host + index, "default", priority, 1, gpus(1)), "h" + host);
            }
        }
        assertThat(cluster.refusal(job("big", "default", 10, 1, gpus(8))))
                .isEqualTo(new PreemptionRefusal(Kind.NOTHING_ALLOWED, "", 1, 0, Optional.empty()));
        assertThat(stopped(cluster.plan(job("one", "default", 10, 1, gpus(1))))).hasSize(1);
    }

    @Test
    void whatTakesAPodSlotIsInTheWayTooEvenWithoutAccelerators() {
        BusyCluster cluster = new BusyCluster(List.of("rack"))
                .host("h", "r1", amounts("gpu", 8, "cpu", 64, "pods", 2))
                .running(600, job("low-gpu", "default", 0, 1, amounts("gpu", 8, "pods", 1)), "h")
                .running(600, job("low-cpu", "default", 0, 1, amounts("cpu", 4, "pods", 1)), "h");
        PreemptionPlan plan = cluster.plan(job("hi", "default", 10, 2, amounts("gpu", 4, "pods", 1)));
        assertThat(stopped(plan)).containsExactly("low-cpu", "low-gpu");
    }

    @Test
    void threeYoungGangsGoRatherThanOneThatHasWorkedForLong() {
        BusyCluster cluster = new BusyCluster(List.of("rack"));
        for (String rack : List.of("r1", "r2", "r3")) {
            for (int host = 0; host < 6; host++) {
                cluster.host(rack + "-" + host, rack, gpus(4));
            }
        }
        for (String rack : List.of("r1", "r3")) {
            cluster.running(
                    72_000,
                    job("long-" + rack, "default", 5, 6, gpus(4)),
                    rack + "-0",
                    rack + "-1",
                    rack + "-2",
                    rack + "-3",
                    rack + "-4",
                    rack + "-5");
        }
        cluster.running(600, job("a", "default", 1, 2, gpus(4)), "r2-0", "r2-1")
                .running(600, job("b", "default", 1, 2, gpus(4)), "r2-2", "r2-3")
                .running(600, job("c", "default", 1, 2, gpus(4)), "r2-4", "r2-5");
        PreemptionPlan plan = cluster.plan(within("rack", job("top", "default", 10, 6, gpus(4))));
        assertThat(stopped(plan)).containsExactly("a", "b", "c");
        assertThat(plan.placement().hosts()).allMatch(host -> host.startsWith("r2"));
        assertThat(plan.cost().lostMillis()).isEqualTo(6 * 4 * (600 + 300) * 1_000L);
    }

    @Test
    void aCheckpointMakesAGangCheap() {
        BusyCluster cluster = oneHost(8);
        WaitingJob saved = job("saved", "default", 0, 1, gpus(4));
        cluster.running(600, job("unsaved", "default", 0, 1, gpus(4)), "h");
        cluster.begin(new RunningJob(
                saved,
                List.of(new dev.muster.scheduler.workload.PlacedPod(0, "h", gpus(4))),
                List.of(),
                NOW.minusSeconds(9_000),
                Optional.empty(),
                Optional.of(NOW.minusSeconds(10))));
        assertThat(stopped(cluster.plan(job("hi", "default", 1, 1, gpus(4))))).containsExactly("saved");
    }

    @Test
    void anElasticGangGivesUpItsLastRanksAndGoesOn() {
        BusyCluster cluster = new BusyCluster(List.of("rack"))
                .host("h", "r1", amounts("cpu", 11))
                .running(10, atLeast(1, job("low", "default", 0, 11, amounts("cpu", 1))), times(11, "h"));
        PreemptionPlan plan = cluster.plan(job("hi", "default", 10, 1, amounts("cpu", 1)));
        assertThat(shrunk(plan)).isEqualTo(Map.of("low", 10));
        assertThat(plan.victims().get(0).left().orElseThrow().pods())
                .extracting(pod -> pod.rank())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void anElasticGangGoesAsAWholeWhenItsMinimumIsInTheWay() {
        BusyCluster cluster = oneHost(8).running(10, atLeast(6, job("low", "default", 0, 8, gpus(1))), times(8, "h"));
        assertThat(shrunk(cluster.plan(job("small", "default", 10, 2, gpus(1)))))
                .isEqualTo(Map.of("low", 6));
        assertThat(stopped(cluster.plan(job("large", "default", 10, 3, gpus(1)))))
                .containsExactly("low");
    }

    @Test
    void anElasticGangGivesUpWholeSlices() {
        BusyCluster cluster = new BusyCluster(List.of("rack"))
                .host("a1", "ra", gpus(2))
                .host("a2", "ra", gpus(2))
                .host("b1", "rb", gpus(2))
                .host("b2", "rb", gpus(2));
        TopologySpec slices =
                new TopologySpec(Optional.empty(), Optional.empty(), List.of(new SliceSpec(2, "rack")), Spread.PACKED);
        WaitingJob low = atLeast(2, job("low", "default", 0, 4, gpus(2)));
        cluster.running(10, asking(low, request -> request.withTopology(slices)), "a1", "a2", "b1", "b2");
        PreemptionPlan plan = cluster.plan(job("hi", "default", 10, 1, gpus(2)));
        assertThat(plan.victims().get(0).left().orElseThrow().pods())
                .extracting(pod -> pod.host())
                .containsExactly("a1", "a2");
    }

    @Test
    void nobodyIsStoppedForHalfAGang() {
        BusyCluster cluster = new BusyCluster(List.of("rack"))
                .host("a", "r1", gpus(8))
                .host("b", "r1", gpus(8))
                .host("c", "r2", gpus(8))
                .running(600, job("low-a", "default", 0, 1, gpus(8)), "a")
                .running(600, job("top-b", "default", 10, 1, gpus(8)), "b")
                .running(600, job("low-c", "default", 0, 1, gpus(8)), "c");
        assertThat(cluster.refusal(within("rack", job("hi", "default", 10, 2, gpus(8))))
                        .available())
                .isEqualTo(1);
    }

    @Test
    void equalPriorityIsNoReasonInsideAQueue() {
        BusyCluster cluster = oneHost(8).running(600, job("peer", "default", 10, 1, gpus(8)), "h");
        assertThat(cluster.refusal(job("hi", "default", 10, 1, gpus(8))).kind()).isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void theLowGangGoesWholeAndItsPeersStay() {
        BusyCluster cluster =
                new BusyCluster(List.of("rack")).host("h1", "r1", gpus(32)).host("h2", "r1", gpus(32));
        for (int single = 0; single < 32; single++) {
            cluster.running(600, job("s" + single, "default", 10, 1, gpus(1)), "h1");
        }
        cluster.running(600, job("gang", "default", 0, 32, gpus(1)), times(32, "h2"));
        PreemptionPlan plan = cluster.plan(job("urgent", "default", 10, 17, gpus(1)));
        assertThat(stopped(plan)).containsExactly("gang");
        assertThat(plan.placement().hosts()).containsOnly("h2").hasSize(17);
    }

    @Test
    void reclaimTakesWhatWasBorrowedAndNoMore() {
        BusyCluster cluster = oneHost(8, queue("a", 4), queue("b", 4));
        for (int index = 0; index < 4; index++) {
            cluster.running(600, job("a" + index, "a", 0, 1, gpus(2)), "h");
        }
        assertThat(stopped(cluster.plan(job("j", "b", 0, 4, gpus(1))))).hasSize(2);
        assertThat(cluster.refusal(job("j", "b", 0, 6, gpus(1))).kind()).isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void reclaimDoesNotAskForPriority() {
        BusyCluster cluster =
                oneHost(8, queue("a", 0), queue("b", 4)).running(600, job("important", "a", 99, 1, gpus(8)), "h");
        assertThat(stopped(cluster.plan(job("j", "b", -99, 4, gpus(1))))).containsExactly("important");
    }

    @Test
    void aQueueThatMayNotReclaimWaits() {
        QueueSpec patient = new QueueSpec("b", QueueSpec.ROOT, gpus(8), new TreeMap<>(), 1, false);
        BusyCluster cluster = oneHost(8, queue("a", 0), patient).running(600, job("x", "a", 0, 1, gpus(8)), "h");
        assertThat(cluster.refusal(job("j", "b", 0, 8, gpus(1))).kind()).isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void ofManyAsManyGoAsTheHostNeeds() {
        BusyCluster cluster = new BusyCluster(List.of("rack"), queue("a", 32), queue("b", 32))
                .host("h1", "r1", gpus(32))
                .host("h2", "r1", gpus(32));
        for (int index = 0; index < 64; index++) {
            cluster.running(600, job("a" + index, "a", 0, 1, gpus(1)), index % 2 == 0 ? "h1" : "h2");
        }
        PreemptionPlan plan = cluster.plan(job("j", "b", 0, 1, gpus(32)));
        assertThat(stopped(plan)).hasSize(32);
        assertThat(stopped(plan)).isEqualTo(stopped(cluster.plan(job("j", "b", 0, 1, gpus(32)))));
    }

    @Test
    void betweenBorrowersTheSmallerShareGrowsUntilBothAreEqual() {
        BusyCluster cluster = oneHost(8, queue("a", 0), queue("b", 0));
        for (int index = 0; index < 8; index++) {
            cluster.running(600, job("a" + index, "a", 0, 1, gpus(1)), "h");
        }
        assertThat(stopped(cluster.plan(job("j", "b", 0, 4, gpus(1))))).hasSize(4);
        assertThat(cluster.refusal(job("j", "b", 0, 5, gpus(1))).kind()).isEqualTo(Kind.NOTHING_ALLOWED);
        WaitingJob fair = job("j", "b", 0, 4, gpus(1));
        cluster.apply(cluster.plan(fair), fair);
        assertThat(cluster.refusal(job("back", "a", 0, 1, gpus(1))).kind())
                .as("no swap of equals")
                .isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void fairnessDoesNotTakeWhatIsGuaranteed() {
        BusyCluster cluster = oneHost(8, queue("owner", 7), queue("other", 0));
        for (int index = 0; index < 8; index++) {
            cluster.running(600, job("o" + index, "owner", 0, 1, gpus(1)), "h");
        }
        assertThat(stopped(cluster.plan(job("j", "other", 0, 1, gpus(1))))).hasSize(1);
        assertThat(cluster.refusal(job("j", "other", 0, 2, gpus(1))).kind()).isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void priorityCountsAcrossQueuesOnlyWhereThatIsSetAndBeyondGuarantees() {
        BusyCluster cluster = oneHost(8, queue("a", 4), queue("b", 0));
        for (int index = 0; index < 8; index++) {
            cluster.running(600, job("a" + index, "a", 0, 1, gpus(1)), "h");
        }
        PreemptionPolicy across = new PreemptionPolicy(true, false, true, true, Duration.ofMinutes(5));
        BusyCluster borrowed = oneHost(8, queue("a", 0), queue("b", 0));
        borrowed.running(600, job("low", "a", 0, 1, gpus(8)), "h");
        WaitingJob high = job("high", "b", 1, 8, gpus(1));
        assertThat(borrowed.ask(high)).isInstanceOf(PreemptionRefusal.class);
        assertThat(stopped((PreemptionPlan) borrowed.ask(high, across))).containsExactly("low");
        assertThat(borrowed.ask(job("equal", "b", 0, 8, gpus(1)), across)).isInstanceOf(PreemptionRefusal.class);
        assertThat(cluster.ask(job("high", "b", 1, 5, gpus(1)), across))
                .as("what could be reclaimed at once is not taken")
                .isInstanceOf(PreemptionRefusal.class);
        assertThat(cluster.ask(job("high", "b", 1, 4, gpus(1)), across)).isInstanceOf(PreemptionPlan.class);
    }

    @Test
    void aMaximumBindsAfterWhatTheQueueItselfGivesUp() {
        QueueSpec capped = new QueueSpec("a", QueueSpec.ROOT, gpus(0), new TreeMap<>(Map.of("gpu", 4L)), 1, true);
        BusyCluster cluster = new BusyCluster(List.of("rack"), capped)
                .host("h1", "r1", gpus(4))
                .host("h2", "r2", gpus(4))
                .running(600, job("two", "a", 0, 1, gpus(2)), "h1")
                .running(60, job("other-two", "a", 0, 1, gpus(2)), "h1");
        assertThat(stopped(cluster.plan(within("rack", job("hi", "a", 5, 2, gpus(1))))))
                .as("there is room on the other rack; the maximum is what must be freed")
                .containsExactly("other-two");
        assertThat(cluster.refusal(job("equal", "a", 0, 2, gpus(1))).kind()).isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void ofEqualSetsTheLowestThenTheYoungestThenTheFirstNameGoes() {
        BusyCluster cluster = oneHost(4);
        cluster.running(600, job("b", "default", 1, 1, gpus(1)), "h")
                .running(600, job("a", "default", 2, 1, gpus(1)), "h")
                .running(600, job("d", "default", 1, 1, gpus(1)), "h")
                .running(600, job("c", "default", 1, 1, gpus(1)), "h");
        assertThat(stopped(cluster.plan(job("hi", "default", 9, 1, gpus(1))))).containsExactly("b");
        assertThat(stopped(cluster.plan(job("hi", "default", 9, 2, gpus(1))))).containsExactly("b", "c");
    }

    @Test
    void whoMustNotBePreemptedIsNot() {
        BusyCluster cluster = oneHost(8)
                .running(9_000, notPreemptible(job("firm", "default", 0, 1, gpus(4))), "h")
                .running(30, safeFor(Duration.ofMinutes(10), job("young", "default", 0, 1, gpus(4))), "h");
        assertThat(cluster.refusal(job("hi", "default", 10, 1, gpus(4))))
                .isEqualTo(new PreemptionRefusal(Kind.PROTECTED, "", 1, 0, Optional.of(NOW.plusSeconds(570))));
        assertThat(cluster.refusal(job("hi", "default", 10, 1, gpus(8))).kind())
                .as("the firm one would still be there")
                .isEqualTo(Kind.NOTHING_ALLOWED);
    }

    @Test
    void theEarliestMomentCountsAtWhichEnoughAreUnprotected() {
        BusyCluster cluster = oneHost(4);
        for (int index = 1; index <= 4; index++) {
            cluster.running(0, safeFor(Duration.ofMinutes(index), job("y" + index, "default", 0, 1, gpus(1))), "h");
        }
        assertThat(cluster.refusal(job("hi", "default", 10, 3, gpus(1))).possibleAt())
                .contains(NOW.plus(Duration.ofMinutes(3)));
    }

    @Test
    void aHighGangThatIsElasticStartsAsLargeAsItsVictimsAllow() {
        BusyCluster cluster =
                oneHost(8, queue("a", 0), queue("b", 4)).running(600, job("all", "a", 0, 1, gpus(8)), "h");
        PreemptionPlan plan = cluster.plan(atLeast(2, job("j", "b", 0, 4, gpus(1))));
        assertThat(plan.placement().hosts())
                .as("its guarantee has room for four")
                .hasSize(4);
        plan = cluster.plan(atLeast(2, job("j", "b", 0, 8, gpus(1))));
        assertThat(plan.placement().hosts())
                .as("eight are more than it may reclaim")
                .hasSize(2);
    }

    @Test
    void slicesAreClearedWhole() {
        BusyCluster cluster = new BusyCluster(List.of("rack"));
        for (int rack = 1; rack <= 4; rack++) {
            for (int host = 1; host <= 4; host++) {
                String name = "r" + rack + "-" + host;
                cluster.host(name, "r" + rack, gpus(1));
                int age = rack == 3 ? 10 : 100 * host;
                cluster.running(age, job("j" + rack + host, "default", 0, 1, gpus(1)), name);
            }
        }
        TopologySpec slices =
                new TopologySpec(Optional.empty(), Optional.empty(), List.of(new SliceSpec(4, "rack")), Spread.PACKED);
        PreemptionPlan plan =
                cluster.plan(asking(job("hi", "default", 9, 4, gpus(1)), request -> request.withTopology(slices)));
        assertThat(stopped(plan)).containsExactly("j31", "j32", "j33", "j34");
    }

    @Test
    void fourThousandSmallJobsAreNotLookedAtWhenQueuesAloneRuleItOut() {
        BusyCluster cluster = new BusyCluster(List.of("rack"), queue("owner", 3_921), queue("other", 79));
        for (int host = 0; host < 500; host++) {
            cluster.host("h" + host, "r1", gpus(8));
            for (int slot = 0; slot < 8; slot++) {
                cluster.running(600, job("o" + host + "-" + slot, "owner", 0, 1, gpus(1)), "h" + host);
            }
        }
        assertThat(cluster.refusal(job("j", "other", 0, 10, gpus(8))))
                .isEqualTo(new PreemptionRefusal(Kind.NOTHING_ALLOWED, "", 10, 0, Optional.empty()));
        assertThat(stopped(cluster.plan(job("j", "other", 0, 9, gpus(8))))).hasSize(72);
    }

    @Test
    void aRackOfALargeFullClusterIsCleared() {
        BusyCluster cluster = new BusyCluster(List.of("block", "rack"));
        List<String> hosts = new java.util.ArrayList<>();
        for (int host = 0; host < 2_000; host++) {
            String name = "h" + host;
            cluster.host(name, "b" + host / 200 + "/r" + host / 20, gpus(8));
            hosts.add(name);
        }
        int next = 0;
        for (int gang = 0; next < 2_000; gang++) {
            int size = Math.min(1 + gang % 5, 2_000 - next);
            boolean isRack70 = next / 20 == 70;
            cluster.running(
                    isRack70 ? 60 : 5_000 + gang,
                    job("g" + gang, "default", 0, size, gpus(8)),
                    hosts.subList(next, next + size).toArray(new String[0]));
            next += size;
        }
        PreemptionPlan plan = cluster.plan(within("rack", job("top", "default", 9, 16, gpus(8))));
        assertThat(plan.placement().hosts())
                .hasSize(16)
                .allMatch(host -> host.compareTo("h1400") >= 0 && host.compareTo("h1419") <= 0);
        assertThat(Collections.max(stopped(plan))).isNotEmpty();
    }
}
