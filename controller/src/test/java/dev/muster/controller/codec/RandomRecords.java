package dev.muster.controller.codec;

import dev.muster.controller.goodput.AttemptLedger;
import dev.muster.controller.goodput.Bucket;
import dev.muster.controller.goodput.Buckets;
import dev.muster.controller.goodput.GoodputLedger;
import dev.muster.controller.goodput.GoodputReport;
import dev.muster.controller.goodput.JobLedger;
import dev.muster.controller.goodput.RecentTraining;
import dev.muster.controller.goodput.SecondOrder;
import dev.muster.controller.state.Blame;
import dev.muster.controller.state.HealthEvent;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobPhase;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.NodeRecord;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.controller.state.PlacementRecord.HostAssignment;
import dev.muster.controller.state.Progress;
import dev.muster.controller.state.RestartHistory;
import dev.muster.controller.state.StopCause;
import dev.muster.scheduler.job.CheckpointSpec;
import dev.muster.scheduler.job.GangSpec;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.ProcessLayout;
import dev.muster.scheduler.job.ResourceVector;
import dev.muster.scheduler.job.RestartSpec;
import dev.muster.scheduler.job.SliceSpec;
import dev.muster.scheduler.job.Spread;
import dev.muster.scheduler.job.TemplateSpec;
import dev.muster.scheduler.job.TopologySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Records of every shape the controller can come to hold, odd but legal ones too; the same seed gives the same ones. */
public final class RandomRecords {

    private static final List<String> ODD_TEXTS =
            List.of("", " ", "a\nb", "naïve 数据 🚀", "\"quoted\" \\ back", "0", "x".repeat(3000));

    private final SplittableRandom random;

    public RandomRecords(long seed) {
        this.random = new SplittableRandom(seed);
    }

    public JobRecord job() {
        return new JobRecord(word(), word(), instant(), spec(), status());
    }

    public JobSpec spec() {
        int hosts = 1 + random.nextInt(5000);
        return new JobSpec(
                new JobKey(word(), word()),
                word(),
                random.nextInt(-1000, 1000),
                new GangSpec(
                        hosts,
                        1 + random.nextInt(hosts),
                        random.nextInt(4),
                        resources(),
                        maybe(this::word),
                        pick(ProcessLayout.values())),
                new TopologySpec(
                        maybe(this::word),
                        maybe(this::word),
                        list(3, () -> new SliceSpec(random.nextInt(64), word())),
                        pick(Spread.values())),
                maybe(() -> duration().plusMillis(1)),
                random.nextBoolean(),
                duration(),
                maybe(() -> new CheckpointSpec("/" + word(), maybe(() -> "SIGUSR1"), duration())),
                new RestartSpec(
                        random.nextInt(100),
                        random.nextInt(100),
                        new RestartSpec.Fuse(random.nextInt(10), duration()),
                        duration(),
                        duration().plusMillis(1),
                        maybe(() -> duration().plusMillis(1))),
                new TemplateSpec(
                        maybe(this::word),
                        list(5, this::text),
                        maybe(() -> "/" + word()),
                        new TreeMap<>(Map.of(word(), text(), "PATH", "/bin")),
                        maybe(() -> "{\"volumes\":[{\"name\":\"" + word() + "\"}]}")));
    }

    private JobStatus status() {
        return new JobStatus(
                pick(JobPhase.values()),
                random.nextBoolean(),
                random.nextInt(1000),
                maybe(this::instant),
                maybe(this::instant),
                maybe(() -> new StopCause(
                        pick(StopCause.Kind.values()),
                        new TreeSet<>(list(4, this::word)),
                        text(),
                        maybe(() ->
                                new Blame(new TreeSet<>(list(3, this::word)), text(), pick(Blame.Weight.values()))))),
                new RestartHistory(
                        random.nextInt(50),
                        random.nextInt(50),
                        list(4, this::instant),
                        random.nextLong(-1, 1000),
                        maybe(() -> new RestartHistory.LastFailure(
                                text(), new TreeSet<>(list(3, this::word)), instant(), 1 + random.nextInt(9)))),
                new TreeSet<>(list(5, this::word)),
                maybe(this::progress),
                text());
    }

    public Progress progress() {
        return new Progress(
                random.nextLong(1L << 40),
                random.nextLong(1L << 40),
                random.nextBoolean() ? OptionalDouble.of(random.nextDouble(-10, 10)) : OptionalDouble.empty(),
                random.nextLong(1L << 40),
                random.nextDouble(1000),
                instant());
    }

    public PlacementRecord placement() {
        return new PlacementRecord(
                word(),
                1 + random.nextInt(100),
                assignments(random.nextInt(40), false),
                assignments(random.nextInt(3), true),
                word(),
                random.nextInt(65536),
                instant(),
                maybe(this::instant),
                maybe(this::instant),
                text());
    }

    private List<HostAssignment> assignments(int count, boolean spares) {
        List<HostAssignment> assignments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> path = List.of("z" + random.nextInt(2), "b" + random.nextInt(4), "r" + random.nextInt(8));
            assignments.add(new HostAssignment(
                    word(), random.nextBoolean() ? path : List.of(), spares ? HostAssignment.SPARE : i, i * 8, 8));
        }
        return assignments;
    }

    public NodeRecord node() {
        return new NodeRecord(
                word(),
                list(4, this::word),
                resources(),
                maybe(this::word),
                new TreeMap<>(Map.of(word(), text())),
                list(
                        8,
                        () -> new NodeRecord.Device(
                                random.nextInt(16), word(), "fake", word(), random.nextLong(1L << 40), "")),
                word(),
                word(),
                word(),
                word(),
                new NodeRecord.Intent(
                        random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), text(), maybe(this::instant)),
                new NodeRecord.Health(
                        pick(NodeRecord.Verdict.values()),
                        text(),
                        maybe(this::instant),
                        list(6, this::healthEvent),
                        maybe(this::instant)),
                maybe(this::text));
    }

    public HealthEvent healthEvent() {
        return new HealthEvent(
                word(),
                instant(),
                "xid",
                "79",
                random.nextBoolean() ? OptionalInt.of(random.nextInt(16)) : OptionalInt.empty(),
                word(),
                pick(HealthEvent.Severity.values()),
                text(),
                text());
    }

    public JobEvent event() {
        return new JobEvent(
                word(),
                random.nextLong(1L << 40),
                instant(),
                word(),
                pick(JobEvent.Severity.values()),
                random.nextInt(100),
                text());
    }

    public JobLedger ledger() {
        Map<Bucket, Long> settled = new EnumMap<>(Bucket.class);
        for (Bucket bucket : Bucket.values()) {
            settled.put(bucket, random.nextBoolean() ? 0 : random.nextLong(1L << 50));
        }
        return new JobLedger(
                random.nextLong(1L << 20),
                new Buckets(settled),
                random.nextLong(1L << 40),
                maybe(this::instant),
                random.nextLong(-1, 1L << 40),
                maybe(() -> new AttemptLedger(
                        random.nextLong(1L << 20),
                        random.nextLong(64),
                        random.nextBoolean(),
                        pick(AttemptLedger.Stage.values()),
                        random.nextLong(-1, 1L << 40),
                        random.nextLong(1L << 40),
                        instant(),
                        random.nextLong(1L << 40))),
                recent(),
                new SecondOrder(
                        random.nextBoolean(),
                        maybe(() -> new SecondOrder.Charge(
                                new SecondOrder.Cause(word(), word()),
                                random.nextLong(1L << 50),
                                random.nextBoolean())),
                        random.nextLong(1L << 50),
                        random.nextLong(1L << 50)));
    }

    private RecentTraining recent() {
        return new RecentTraining(list(
                13, () -> new RecentTraining.Mark(instant(), random.nextLong(1L << 50), random.nextLong(1L << 50))));
    }

    public GoodputLedger goodput() {
        JobLedger sums = ledger();
        return new GoodputLedger(
                new GoodputReport(
                        sums.settled(),
                        random.nextLong(1L << 40),
                        random.nextLong(1L << 50),
                        random.nextLong(1L << 50),
                        random.nextLong(1L << 50)),
                recent());
    }

    public ResourceVector resources() {
        TreeMap<String, Long> amounts = new TreeMap<>();
        amounts.put(ResourceVector.ACCELERATORS, random.nextLong(16));
        amounts.put(ResourceVector.CPU_MILLIS, random.nextLong(1L << 40));
        amounts.put(ResourceVector.MEMORY_BYTES, random.nextBoolean() ? Long.MAX_VALUE : random.nextLong(1L << 50));
        if (random.nextBoolean()) {
            amounts.put("rdma/hca", random.nextLong(1000));
        }
        return new ResourceVector(amounts);
    }

    /** Negative ones, zero and years far away are times too. */
    private Instant instant() {
        return switch (random.nextInt(8)) {
            case 0 -> Instant.EPOCH;
            case 1 -> Instant.ofEpochMilli(-random.nextLong(1L << 40));
            case 2 -> Instant.ofEpochMilli(random.nextLong(1L << 52));
            default -> Instant.ofEpochMilli(1_790_000_000_000L + random.nextLong(1L << 35));
        };
    }

    private Duration duration() {
        return random.nextInt(8) == 0
                ? Duration.ofMillis(Long.MAX_VALUE - 1)
                : Duration.ofMillis(random.nextLong(1L << 36));
    }

    private String text() {
        return random.nextInt(3) == 0 ? ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size())) : "text " + word();
    }

    private String word() {
        return "w" + Long.toString(random.nextLong(1L << 40), 36);
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> list(int most, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        int size = random.nextInt(most + 1);
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }

    private <E> E pick(E[] values) {
        return values[random.nextInt(values.length)];
    }
}
