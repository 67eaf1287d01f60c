package dev.muster.controller.kubernetes.pods;

import dev.muster.controller.election.Leadership;
import dev.muster.controller.kubernetes.testing.ApiServer;
import dev.muster.controller.kubernetes.testing.ApiServerProcess;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import dev.muster.scheduler.job.JobSpec;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * How fast a gang's pods are created and bound, against what the API server alone can do. A program of its own: {@code
 * PodsBenchmark HOSTS PODS_A_HOST}. First the adapter's own sweep, with 32 calls on their way; then the bare calls, with 64.
 */
public final class PodsBenchmark {

    private static final int BARE_PARALLELISM = 64;

    private final KubernetesClient client;
    private final ApiCalls api;
    private final int hosts;
    private final int podsPerHost;

    private PodsBenchmark(KubernetesClient client, int hosts, int podsPerHost) {
        this.client = client;
        this.api = new ApiCalls(client, Duration.ofSeconds(60));
        this.hosts = hosts;
        this.podsPerHost = podsPerHost;
    }

    public static void main(String[] args) throws Exception {
        int hosts = Integer.parseInt(args.length > 0 ? args[0] : "500");
        int podsPerHost = Integer.parseInt(args.length > 1 ? args[1] : "8");
        try (ApiServerProcess server = ApiServerProcess.start();
                KubernetesClient client = server.client()) {
            PodsBenchmark benchmark = new PodsBenchmark(client, hosts, podsPerHost);
            benchmark.makeNodes();
            benchmark.bare("warm-up", Math.min(hosts, 50));
            int pods = hosts * podsPerHost;
            benchmark.say("sweep, 32 in flight", pods, benchmark.sweep(ApiServer.freshNamespace(client)));
            benchmark.say("bare calls, 64 in flight", pods, benchmark.bare("bare", hosts));
        }
        System.exit(0);
    }

    private void say(String what, int pods, Duration took) {
        double seconds = took.toMillis() / 1000.0;
        System.out.printf(
                "%s: %d pods created and bound in %.1f s, %.0f pods/s%n", what, pods, seconds, pods / seconds);
    }

    private void makeNodes() {
        for (int i = 0; i < hosts; i++) {
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName("n" + i)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    private PlacementRecord placement(int count) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = "n" + i;
        }
        return GangPlanTest.placement(1, podsPerHost, names);
    }

    private static final class Nobody implements GangPods.Listener {
        private Optional<Sweep> sweep = Optional.empty();

        @Override
        public void due(Work work) {
            sweep.orElseThrow().due(work);
        }

        @Override
        public void changed(GangPods gang, String host) {}

        @Override
        public void hindered(GangPods gang, String host, String words) {
            System.out.println(words);
        }

        @Override
        public void givesUp(GangPods gang, String host, boolean graceful, String why) {}

        @Override
        public void answered(GangPods gang) {}

        @Override
        public void fenced(GangPods gang, String host) {}
    }

    /** As a leader does it, with the watch's events left out. */
    private Duration sweep(String namespace) throws InterruptedException {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        AtomicInteger bound = new AtomicInteger();
        int pods = hosts * podsPerHost;
        Semaphore all = new Semaphore(0);
        Nobody listener = new Nobody();
        JobSpec spec = PodJobs.job(namespace, "bench", hosts);
        JobRecord job = GangPlanTest.job(spec);
        GangPods gang = GangPods.of(
                job,
                placement(hosts),
                Order.NOTED,
                0,
                new GangPods.Surroundings(owned -> Optional.of(GangPlanTest.OWNER), host -> "nvidia.com/gpu"),
                listener);
        Sweep sweep = new Sweep(
                thread,
                Leadership.take(EmbeddedStateStore.inMemory(EmbeddedSettings.DEFAULT, System::nanoTime), "benchmark")
                        .join(),
                call -> api.send(call).thenApply(answer -> {
                    if (call instanceof ApiCall.BindPod
                            && answer instanceof Answer.Done
                            && bound.incrementAndGet() == pods) {
                        all.release();
                    }
                    return answer;
                }),
                PodSettings.DEFAULT.parallelism(),
                RandomGenerator.getDefault(),
                () -> {});
        listener.sweep = Optional.of(sweep);
        long began = System.nanoTime();
        thread.execute(() -> {
            gang.begin();
            sweep.open();
        });
        all.acquire();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        thread.shutdownNow();
        return took;
    }

    /** Creates and binds each pod, one after the other, so many pods at a time. */
    private Duration bare(String name, int count) throws InterruptedException {
        String namespace = ApiServer.freshNamespace(client);
        PlacementRecord placement = placement(count);
        GangPlan plan =
                new GangPlan(GangPlanTest.job(PodJobs.job(namespace, name, count)), placement, GangPlanTest.OWNER);
        Semaphore room = new Semaphore(BARE_PARALLELISM);
        List<GangPlan.Seat> seats = new ArrayList<>(GangPlan.seats(placement));
        long began = System.nanoTime();
        for (GangPlan.Seat seat : seats) {
            room.acquire();
            ApiCall.CreatePod create = new ApiCall.CreatePod(plan.pod(seat, "nvidia.com/gpu"));
            String pod = create.pod().getMetadata().getName();
            var unused = api.send(create)
                    .thenCompose(answer -> answer instanceof Answer.Done done
                            ? api.send(new ApiCall.BindPod(
                                    namespace, pod, done.uid(), seat.part().host()))
                            : CompletableFuture.completedFuture(answer))
                    .whenComplete((answer, failure) -> {
                        if (!(answer instanceof Answer.Done)) {
                            System.out.println(pod + ": " + answer);
                        }
                        room.release();
                    });
        }
        room.acquire(BARE_PARALLELISM);
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
