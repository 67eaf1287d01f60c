package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.kubernetes.pods.GangBoard.TakeUp;
import dev.muster.controller.loop.EventLoop;
import dev.muster.controller.model.ClusterModel;
import dev.muster.controller.model.Turns;
import dev.muster.controller.reconcile.JobReconciler;
import dev.muster.controller.reconcile.NodeReconciler;
import dev.muster.controller.state.Effect;
import dev.muster.controller.state.Effect.StopGang;
import dev.muster.controller.state.JobLifecycle;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.workload.WorkloadLauncher;
import dev.muster.scheduler.job.CheckpointSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs gangs as pods.
 *
 * <p>Everything follows from three things: the records, of which the launcher's calls are news; the pods that the API server
 * holds, of which the watch tells; and the answers to calls. Each is looked at on one thread that this adapter owns, which
 * makes no call itself and waits for nobody. A pod that belongs to no attempt of the records is deleted whenever it is seen.
 *
 * <p>After a restart nothing is called before the first list of pods is in and has been compared with the records.
 */
public final class KubernetesPods implements WorkloadLauncher, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesPods.class);

    /** What this adapter stands on. */
    public record Surroundings(
            KubernetesClient client,
            EventLoop loop,
            Turns turns,
            ClusterModel model,
            Leadership leadership,
            Owners owners,
            AcceleratorResources accelerators) {}

    /** A pod's place in its job. */
    public record RankOf(String jobUid, int attempt, int rank, String host) {}

    private final Surroundings surroundings;
    private final PodSettings settings;
    private final ClusterModel model;
    private final VendorTable vendors = VendorTable.load();
    private final RandomGenerator random = RandomGenerator.getDefault();
    private final ScheduledThreadPoolExecutor thread;
    private final Deliveries deliveries;
    private final Sweep sweep;
    private final GangBoard board;
    private final PodWatch watch;
    private final Map<String, RankOf> ranks = new ConcurrentHashMap<>();
    /** Accelerator resources by host, as the model knew them when the gang was placed; read on the adapter's thread. */
    private final Map<String, String> acceleratorTypes = new ConcurrentHashMap<>();

    private Optional<PodNews> news = Optional.empty();

    public KubernetesPods(Surroundings surroundings, PodSettings settings) {
        this.surroundings = surroundings;
        this.settings = settings;
        this.model = surroundings.model();
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "muster-pods");
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.deliveries = new Deliveries(surroundings.loop(), surroundings.turns(), thread);
        ApiCalls api = new ApiCalls(surroundings.client(), settings.callTimeout());
        this.sweep = new Sweep(
                thread, surroundings.leadership(), api::send, settings.parallelism(), random, deliveries::pump);
        this.board = new GangBoard(
                new GangPods.Surroundings(surroundings.owners()::of, this::acceleratorResource),
                new Follower(),
                settings.keptPods());
        this.watch = new PodWatch(surroundings.client(), thread, new Watcher());
    }

    /** Whom to tell; before anything else. */
    public void connect(JobReconciler jobs, NodeReconciler nodes) {
        news = Optional.of(new PodNews(deliveries, thread, jobs, nodes));
    }

    /** Begins to watch and to act; the jobs of the store must be in the model. */
    public void resume() {
        watch.start(this::listed);
    }

    private void listed(List<PodReading> first) {
        first.forEach(this::seen);
        Set<GangKey> seen = board.keysSeen();
        deliveries.add(
                "take-up",
                () -> Optional.of(turn -> {
                    List<TakeUp> records = records(seen);
                    act(() -> takeUp(records));
                }));
        deliveries.pump();
    }

    private void takeUp(List<TakeUp> records) {
        LOG.info("took up the pods of {} gangs", records.size());
        board.takeUp(records);
        sweep.open();
        sweepLater();
    }

    // ---- on the loop

    private List<TakeUp> records(Set<GangKey> seen) {
        List<TakeUp> records = new ArrayList<>();
        for (JobRecord job : model.jobs()) {
            if (job.phase().holdsHosts()) {
                records.add(present(job));
            }
        }
        seen.stream()
                .flatMap(key -> model
                        .jobByUid(key.jobUid())
                        .filter(job -> job.phase().isTerminal() && job.status().attempt() == key.attempt())
                        .stream())
                .sorted(Comparator.comparing(job -> job.status().finishedAt().orElse(job.submittedAt())))
                .forEach(job -> model.placementOf(job)
                        .ifPresent(placement -> records.add(new TakeUp(job, placement, Order.KEEP, 0))));
        return records;
    }

    private TakeUp present(JobRecord job) {
        PlacementRecord placement = model.placementOf(job).orElseThrow();
        noteAccelerators(job, placement);
        if (job.phase() == JobPhase.STOPPING) {
            return new TakeUp(job, placement, Order.STOP, graceSeconds(job, stopAgain(job, placement)));
        }
        return new TakeUp(job, placement, job.phase() == JobPhase.RUNNING ? Order.TAKEN_UP : Order.START, 0);
    }

    /** As it was said the first time: a shorter grace would cut off the checkpoint that is being saved. */
    private static StopGang stopAgain(JobRecord job, PlacementRecord placement) {
        for (Effect effect : JobLifecycle.resume(job, Optional.of(placement))) {
            if (effect instanceof StopGang manner) {
                return manner;
            }
        }
        throw new IllegalStateException("job " + job.key() + " is STOPPING but nothing says how");
    }

    /** Kubernetes knows one signal, so the time to save and the time to end are one. Never 0, which means: at once. */
    private static long graceSeconds(JobRecord job, StopGang manner) {
        Duration toSave = job.spec()
                .checkpoint()
                .filter(spec -> manner.checkpointFirst())
                .map(CheckpointSpec::grace)
                .orElse(Duration.ZERO);
        Duration whole = toSave.plus(manner.termGrace());
        return Math.max(1, whole.plusMillis(999).toSeconds());
    }

    @Override
    public Runnable start(JobRecord job, PlacementRecord placement) {
        noteAccelerators(job, placement);
        GangKey key = new GangKey(job.uid(), placement.attempt());
        act(() -> {
            board.note(job, placement);
            board.gang(key).ifPresent(gang -> news.ifPresent(teller -> teller.begins(gang)));
        });
        return () -> act(() -> board.begin(key));
    }

    @Override
    public void stop(JobRecord job, PlacementRecord placement, StopGang manner) {
        long graceSeconds = graceSeconds(job, manner);
        act(() -> board.stop(job, placement, graceSeconds));
    }

    @Override
    public void forget(PlacementRecord placement) {
        boolean ended = model.jobByUid(placement.jobUid())
                .filter(job -> job.phase().isTerminal() && job.status().attempt() == placement.attempt())
                .isPresent();
        act(() -> board.release(new GangKey(placement.jobUid(), placement.attempt()), ended));
    }

    @Override
    public void stop(String host, String jobUid, int epoch, String why) {
        act(() -> board.release(new GangKey(jobUid, epoch), false));
    }

    /** What has ended there goes with its gang. */
    @Override
    public void forget(String host, String jobUid, int epoch) {}

    /**
     * What runs on a host until now is dead: its Node is gone, was tainted out of service, or has another boot id. Its pods
     * are removed without asking its kubelet; the core hears of it once no call on its way can start anything there.
     *
     * @param proof in words for people
     */
    public void nodeFenced(String host, String proof) {
        act(() -> {
            news.ifPresent(teller -> teller.proof(host, proof));
            board.fence(host);
        });
    }

    /** The place of the pod with this uid, where it is one of a gang. Callable from any thread. */
    public Optional<RankOf> rankOf(String podUid) {
        return Optional.ofNullable(ranks.get(podUid));
    }

    private void noteAccelerators(JobRecord job, PlacementRecord placement) {
        for (PlacementRecord.HostAssignment part : placement.hosts()) {
            Optional<String> type = model.node(part.host())
                    .flatMap(NodeRecord::acceleratorType)
                    .or(() -> job.spec().gang().acceleratorType());
            type.ifPresent(name -> acceleratorTypes.put(part.host(), name));
        }
    }

    private String acceleratorResource(String host) {
        return surroundings
                .accelerators()
                .offeredBy(host)
                .or(() -> Optional.ofNullable(acceleratorTypes.get(host)).flatMap(vendors::resource))
                .orElse(VendorTable.USUAL);
    }

    // ---- on the adapter's thread

    private void act(Runnable action) {
        if (!thread.isShutdown()) {
            thread.execute(() -> step(action));
        }
    }

    /** One pod that cannot be understood must not end the care for all others. */
    private void step(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException problem) {
            LOG.error("a step of the pods' adapter failed; the next sweep tries again", problem);
        }
        sweep.pump();
        deliveries.pump();
    }

    private void sweepLater() {
        if (!thread.isShutdown()) {
            long whole = settings.sweepInterval().toMillis();
            var unused = thread.schedule(
                    () -> act(this::sweepNow), whole / 2 + random.nextLong(whole), TimeUnit.MILLISECONDS);
        }
    }

    private void sweepNow() {
        board.sweep();
        news.ifPresent(teller -> teller.again(board));
        Set<GangKey> kept = board.keysKept();
        deliveries.add(
                "kept",
                () -> Optional.of(turn -> {
                    List<GangKey> forgotten = kept.stream()
                            .filter(key -> model.jobByUid(key.jobUid()).isEmpty())
                            .toList();
                    act(() -> forgotten.forEach(board::dropKept));
                }));
        sweepLater();
    }

    private void seen(PodReading reading) {
        GangKey gang = reading.gang();
        ranks.put(reading.uid(), new RankOf(gang.jobUid(), gang.attempt(), reading.rank(), reading.host()));
        board.seen(reading);
    }

    private final class Watcher implements PodWatch.Listener {
        @Override
        public void seen(PodReading reading) {
            step(() -> KubernetesPods.this.seen(reading));
        }

        @Override
        public void gone(PodReading last) {
            step(() -> {
                ranks.remove(last.uid());
                board.gone(last);
            });
        }
    }

    private final class Follower implements GangPods.Listener {
        @Override
        public void due(Work work) {
            sweep.due(work);
        }

        @Override
        public void changed(GangPods gang, String host) {
            news.ifPresent(teller -> teller.changed(gang, host));
        }

        @Override
        public void hindered(GangPods gang, String host, String words) {
            news.ifPresent(teller -> teller.hindered(gang, host, words));
        }

        @Override
        public void givesUp(GangPods gang, String host, boolean graceful, String why) {
            news.ifPresent(teller -> teller.givesUp(gang, host, graceful, why));
        }

        @Override
        public void answered(GangPods gang) {
            board.forgetIfOver(gang);
            if (board.gang(gang.key()).isEmpty()) {
                news.ifPresent(teller -> teller.forget(gang));
            }
        }

        @Override
        public void fenced(GangPods gang, String host) {
            news.ifPresent(teller -> teller.fenced(gang, host));
        }
    }

    /** Stops to watch and to act; what runs goes on. */
    @Override
    public void close() {
        watch.close();
        sweep.close();
        thread.shutdownNow();
    }
}
