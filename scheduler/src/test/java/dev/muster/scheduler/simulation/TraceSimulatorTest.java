package dev.muster.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.muster.scheduler.cluster.ClusterSpec;
import dev.muster.scheduler.cluster.HostSpec;
import dev.muster.scheduler.cycle.CyclePolicy.Order;
import dev.muster.scheduler.job.ResourceVector;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traces come out as other simulators have them, and the same each time. */
class TraceSimulatorTest {

    private static List<String> lines(String file) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        Objects.requireNonNull(TraceSimulatorTest.class.getResourceAsStream("/traces/" + file), file)),
                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClusterSpec hosts(int count) {
        List<HostSpec> hosts = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            hosts.add(HostSpec.of("n" + number, List.of(), ResourceVector.of(8, 0, 0)));
        }
        return new ClusterSpec(List.of(), hosts, List.of(), List.of());
    }

    private static TraceOutcome run(List<TraceJob> jobs, int hosts, TraceSettings settings) {
        return new TraceSimulator(hosts(hosts), settings, () -> 0).run(jobs, done -> {});
    }

    @ParameterizedTest
    @CsvSource({"96, FIFO", "96, SJF", "72, FIFO", "72, SJF"})
    void everyJobOfPhillyStartsInTheSecondInWhichTheHeliosSimulatorStartsIt(int hosts, Order order) {
        List<TraceJob> jobs =
                TraceReader.read(lines("philly_2017_octnov.csv.gz").iterator());
        List<JobTimes> times = run(jobs, hosts, TraceSettings.of(order)).jobs();
        List<String> expected =
                lines("philly_octnov_pool" + hosts + "x8_" + order.name().toLowerCase(Locale.ROOT) + "_jobs.csv.gz");
        assertThat(times).hasSize(expected.size() - 1);
        Map<String, String> byId = new TreeMap<>();
        expected.subList(1, expected.size()).forEach(line -> byId.put(line.substring(0, line.indexOf(',')), line));
        for (JobTimes job : times) {
            String line = job.job().id() + "," + job.startSeconds() + "," + job.endSeconds() + "," + job.queueSeconds();
            assertThat(line).isEqualTo(byId.get(job.job().id()));
        }
    }

    @Test
    void nobodyStarvesUnderThePolicyOfTheClusterWithWalltimesAsPeopleGiveThem() {
        List<TraceJob> jobs =
                TraceReader.read(lines("philly_2017_octnov.csv.gz").iterator());
        TraceSettings usual = TraceSettings.of(Order.MUSTER);
        TraceSettings hour = new TraceSettings(
                usual.order(), usual.placement(), usual.backfill(), TraceSettings.Claim.HOUR, usual.restart());
        TraceSummary summary = run(jobs, 72, hour).summary();
        // Shortest-first, which knows exact durations, has 3,843.5 s, 46,052 s and 1,182,083 s.
        assertThat(summary.avgQueueSeconds()).isLessThan(3_843);
        assertThat(summary.p99QueueSeconds()).isLessThan(46_052);
        assertThat(summary.maxQueueSeconds()).isLessThan(800_000);
    }

    /**
     * Muri's simulator does not run a job for the trace's {@code duration_s}: it multiplies the iterations of the job by their profiled
     * time and by 1.015. Both come with its trace; nothing here is taken from its results.
     */
    @ParameterizedTest
    @CsvSource({"SRTF, sim_SRTF_jct_s", "SRSF, sim_SRSF_jct_s"})
    void muriComesOutWithinFivePercentOfItsOwnSimulatorOnTheRunTimesOfItsProfile(Order order, String column) {
        double average = averageCompletion(profiledMuriJobs(), order);
        assertThat(average).isCloseTo(publishedAverage(column), withinPercentage(5));
    }

    /** So that nobody reads the test above as more than it says: the same jobs on the durations of the trace are a tenth too quick. */
    @ParameterizedTest
    @CsvSource({"SRTF, sim_SRTF_jct_s", "SRSF, sim_SRSF_jct_s"})
    void onTheDurationsOfTheTraceMuriComesOutATenthBelow(Order order, String column) {
        List<TraceJob> jobs = TraceReader.read(lines("muri_testbed_400.csv.gz").iterator());
        double difference = averageCompletion(jobs, order) / publishedAverage(column) - 1;
        assertThat(difference).isBetween(-0.12, -0.08);
    }

    /** The profile is the one that was used: no job was done before its run time was over, by no policy. */
    @Test
    void noJobOfMuriIsPublishedAsQuickerThanItsProfile() {
        List<TraceJob> jobs = profiledMuriJobs();
        List<String> published = lines("muri_testbed_400_jct.csv.gz");
        int first = List.of(published.get(0).split(",", -1)).indexOf("sim_SRTF_jct_s");
        for (int row = 0; row < jobs.size(); row++) {
            String[] times = published.get(row + 1).split(",", -1);
            assertThat(times[0]).isEqualTo(jobs.get(row).id());
            for (int column = first; column < times.length; column++) {
                assertThat(Double.parseDouble(times[column]))
                        .as(times[0])
                        .isGreaterThanOrEqualTo(jobs.get(row).durationSeconds() - 1.0);
            }
        }
    }

    private static double averageCompletion(List<TraceJob> jobs, Order order) {
        return run(jobs, 8, TraceSettings.of(order)).summary().avgJctSeconds();
    }

    private static double publishedAverage(String column) {
        List<String> published = lines("muri_testbed_400_jct.csv.gz");
        int at = List.of(published.get(0).split(",", -1)).indexOf(column);
        return published.subList(1, published.size()).stream()
                .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[at]))
                .average()
                .orElseThrow();
    }

    private static List<TraceJob> profiledMuriJobs() {
        List<String> trace = lines("muri_testbed_400.csv.gz");
        List<String> profile = lines("muri_testbed_400_profile.csv.gz");
        assertThat(profile).hasSameSizeAs(trace);
        List<String> profiled = new ArrayList<>(List.of(trace.get(0)));
        for (int row = 1; row < trace.size(); row++) {
            String[] job = trace.get(row).split(",", -1);
            String[] work = profile.get(row).split(",", -1);
            assertThat(work[0]).isEqualTo(job[0]);
            double seconds = Long.parseLong(work[1]) * Double.parseDouble(work[2]) / 1_000 * 1.015;
            job[2] = Long.toString(Math.max(1, Math.round(seconds)));
            profiled.add(String.join(",", job));
        }
        return TraceReader.read(profiled.iterator());
    }

    @Test
    void theSameTraceComesOutTheSameToTheLastSecond() {
        List<TraceJob> jobs = TraceReader.read(lines("muri_testbed_400.csv.gz").iterator());
        for (Order order : Order.values()) {
            TraceSettings settings = TraceSettings.of(order);
            assertThat(run(jobs, 8, settings).jobs())
                    .as(order.name())
                    .isEqualTo(run(jobs, 8, settings).jobs());
        }
    }

    @Test
    void aBrokenRowIsRefusedWithItsLineAndValue() {
        String header = "job_id,submit_s,duration_s,nodes_hint,gpus,cpus,queue,user,state,gpu_type";
        assertRefused(List.of(header, "a,0,60,1,8,,,,,", "b,0,-5,1,8,,,,,"), 3, "duration_s is -5");
        assertRefused(List.of(header, "a,0,sixty,1,8,,,,,"), 2, "duration_s is \"sixty\"");
        assertRefused(List.of(header, "a,0,60,1"), 2, "has 4 values");
        assertRefused(List.of(header, "a,0,60,1,8,,,,,", "a,1,60,1,8,,,,,"), 3, "job_id is \"a\", as on line 2");
        assertRefused(List.of(header), 1, "no jobs");
        assertRefused(List.of("job_id,submit_s,gpu"), 1, "gpu");
    }

    private static void assertRefused(List<String> lines, long line, String words) {
        assertThatThrownBy(() -> TraceReader.read(lines.iterator()))
                .isInstanceOfSatisfying(
                        TraceException.class,
                        problem -> assertThat(problem.line()).isEqualTo(line))
                .hasMessageContaining(words);
    }

    @Test
    void aJobThatCouldNeverRunIsRefusedWithItsLine() {
        List<TraceJob> jobs = TraceReader.read(List.of("job_id,submit_s,duration_s,gpus", "a,0,60,8", "b,0,60,999")
                .iterator());
        assertThatThrownBy(() -> run(jobs, 2, TraceSettings.of(Order.FIFO)))
                .isInstanceOfSatisfying(
                        TraceException.class,
                        problem -> assertThat(problem.line()).isEqualTo(3))
                .hasMessageContaining("gpus is 999");
    }
}
