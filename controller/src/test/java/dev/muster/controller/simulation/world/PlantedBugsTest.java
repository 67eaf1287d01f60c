package dev.muster.controller.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.model.StoreKeys;
import dev.muster.controller.session.AgentGateway;
import dev.muster.controller.simulation.control.ControllerCore;
import dev.muster.controller.simulation.control.Wiring;
import dev.muster.controller.simulation.fleet.AgentRules;
import dev.muster.controller.simulation.invariant.Violation;
import dev.muster.controller.store.Condition;
import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.QueueSpec;
import dev.muster.scheduler.placement.GangPlacer;
import dev.muster.scheduler.placement.TreeGangPlacer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The watchers are watched: each bug that is planted in a world must be found, soon, and by the invariant made for it. */
class PlantedBugsTest {

    private static final int MOST_SEEDS = 300;
    private static final Quiet QUIET = new Quiet();

    @BeforeAll
    static void quietly() {
        QUIET.begin();
    }

    @AfterAll
    static void asBefore() {
        QUIET.end();
    }

    @Test
    void agentsThatDoNotFenceThemselves() {
        assertFound(Planted.in(new AgentRules(false, true, true)), "OneAttemptMakesProgress");
    }

    @Test
    void commitsThatDoNotAskWhoLeads() {
        assertFound(
                Planted.in(new Wiring() {
                    @Override
                    public Supplier<List<Condition>> fence(Leadership leadership) {
                        return () -> {
                            leadership.fence();
                            return List.of();
                        };
                    }
                }),
                "OnlyTheLeaderCommits");
    }

    @Test
    void agentsThatFollowLeadersOfThePast() {
        assertFound(Planted.in(new AgentRules(true, true, false)), "OldTermsAreNotObeyed");
    }

    @Test
    void aControllerThatDoesNotWaitForProofOfDeath() {
        assertFound(
                Planted.in(new Wiring() {
                    @Override
                    public Duration isolationTimeout(Duration whatAgentsAreTold) {
                        return Duration.ZERO;
                    }
                }),
                "OneAttemptMakesProgress");
    }

    @Test
    void reportsThatCountWhateverTheirEpoch() {
        assertFound(
                heardThrough(PlantedGateway::blindForEpochs),
                "OneAttemptMakesProgress",
                "GangsStartWhole",
                "FinishedMeansDone");
    }

    @Test
    void gangsThatAreHalfPlaced() {
        assertFound(
                Planted.in(new Wiring() {
                    @Override
                    public GangPlacer placer() {
                        return PlantedPlacer.half(new TreeGangPlacer());
                    }
                }),
                "GangsStartWhole");
    }

    @Test
    void acceleratorsThatAreGivenTwice() {
        assertFound(heardThrough((real, core) -> PlantedGateway.countingTwice(real)), "NoAcceleratorTwice");
    }

    @Test
    void commitsThatAreAcknowledgedAndLost() {
        assertFound(
                Planted.forgetting(0.01), "AcknowledgedJobNeverLost", "CommittedBeforeActed", "ModelIsWhatIsStored");
    }

    @Test
    void sparesThatAreToldToStart() {
        assertFound(heardThrough(PlantedStarts::onSparesToo), "SparesNeverRunTwice");
    }

    @Test
    void attemptsThatAreStartedBeforeTheyAreStored() {
        assertFound(heardThrough((real, core) -> PlantedStarts.ahead(real)), "CommittedBeforeActed");
    }

    @Test
    void failuresThatCountAsSuccess() {
        assertFound(heardThrough((real, core) -> PlantedGateway.hopeful(real)), "FinishedMeansDone");
    }

    @Test
    void recordsThatNobodyCanRead() {
        assertFound(() -> Planted.in(PlantedWrites.garbled()), "RecordsDecode");
    }

    @Test
    void ledgersThatAreNotWritten() {
        assertFound(() -> Planted.in(PlantedWrites.without(StoreKeys.LEDGERS)), "LedgerAddsUp");
    }

    @Test
    void jobsThatAreSometimesWrittenAsTheyWere() {
        assertFound(() -> Planted.in(PlantedWrites.forgetful()), "AttemptsFollowEachOther");
    }

    @Test
    void jobsThatLiveAgain() {
        assertFound(() -> Planted.in(PlantedWrites.raisingTheDead()), "AcknowledgedJobNeverLost");
    }

    @Test
    void aQueueWhoseMaximumIsNotKnown() {
        assertFound(
                Planted.in(new Wiring() {
                    @Override
                    public ClusterSpec shape(ClusterSpec real) {
                        List<QueueSpec> unlimited = real.queues().stream()
                                .map(queue -> new QueueSpec(
                                        queue.name(),
                                        queue.parent(),
                                        queue.guaranteed(),
                                        Collections.emptySortedMap(),
                                        queue.weight(),
                                        queue.reclaim()))
                                .toList();
                        return new ClusterSpec(
                                real.levels(), real.hosts(), unlimited, real.maintenance(), real.policy());
                    }
                }),
                "QueuesKeepTheirMaximum");
    }

    private static Planted heardThrough(BiFunction<AgentGateway, ControllerCore, AgentGateway> ear) {
        return Planted.in(new Wiring() {
            @Override
            public AgentGateway gateway(AgentGateway real, ControllerCore core) {
                return ear.apply(real, core);
            }
        });
    }

    private static void assertFound(Planted bug, String... invariants) {
        assertFound(() -> bug, invariants);
    }

    /** @param bug planted anew for each seed, where it remembers something */
    private static void assertFound(Supplier<Planted> bug, String... invariants) {
        for (int seed = 0; seed < MOST_SEEDS; seed++) {
            Optional<Violation> found = live(seed, bug.get());
            if (found.isPresent()) {
                assertThat(found.get().invariant()).as("found by").isIn(Set.of(invariants));
                System.out.println(
                        "found after " + (seed + 1) + " seeds: " + found.get().getMessage());
                return;
            }
        }
        throw new AssertionError("not found in " + MOST_SEEDS + " seeds");
    }

    private static Optional<Violation> live(long seed, Planted bug) {
        try {
            new World(seed, bug).run();
            return Optional.empty();
        } catch (Violation violation) {
            return Optional.of(violation);
        }
    }
}
