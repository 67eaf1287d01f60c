package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.GoodputBucket;
import dev.muster.proto.v1.GoodputReply;
import java.time.Duration;
import java.util.List;

/** Where the accelerator time went: every bucket, and that they add up. */
public record GoodputRendering(GoodputReply reply) implements Rendering {

    private static final int PICTURE_WIDTH = 30;

    @Override
    public void table(Console console, boolean wide) {
        Table table = new Table(left("BUCKET"), right("ACCELERATOR-SECONDS"), right("SHARE"), left(""));
        long allocated = reply.getAllocatedAcceleratorMillis();
        for (GoodputBucket bucket : reply.getBucketsList()) {
            double share = allocated == 0 ? 0 : (double) bucket.getAcceleratorMillis() / allocated;
            table.row(
                    bucket.getName(),
                    seconds(bucket.getAcceleratorMillis()),
                    Words.percent(share),
                    new Styled(style(bucket.getName()), Bar.of(share, PICTURE_WIDTH)));
        }
        table.row(Styled.bold("allocated"), Styled.bold(seconds(allocated)), "", "");
        table.print(console, wide);
        console.line(
                "effective training time ratio {}{}, queued {}",
                Styled.bold(Words.decimals(reply.getEttr(), 3)),
                reply.hasLastHourEttr() ? " (in the last hour " + Words.decimals(reply.getLastHourEttr(), 3) + ")" : "",
                Times.brief(Duration.ofMillis(reply.getQueuedMillis())));
        if (reply.getSufferedAcceleratorMillis() > 0) {
            console.line(
                    "{} accelerator-seconds of these were lost by giving way to jobs that other failures had stopped",
                    seconds(reply.getSufferedAcceleratorMillis()));
        }
        if (reply.getCausedAcceleratorMillis() > 0) {
            console.line(
                    "failures here made other jobs give way, which cost those {} accelerator-seconds",
                    seconds(reply.getCausedAcceleratorMillis()));
        }
    }

    /** Whether the buckets add up to what was allocated, to the millisecond. */
    public boolean addsUp() {
        return reply.getBucketsList().stream()
                        .mapToLong(GoodputBucket::getAcceleratorMillis)
                        .sum()
                == reply.getAllocatedAcceleratorMillis();
    }

    private static String seconds(long millis) {
        return Times.seconds(millis).setScale(3).toPlainString();
    }

    private static Style style(String bucket) {
        return switch (bucket) {
            case "productive" -> Style.GREEN;
            case "recomputing", "hung", "unknown" -> Style.RED;
            default -> Style.YELLOW;
        };
    }

    @Override
    public Fields fields() {
        Fields fields = new Fields()
                .text("scope", reply.getScope())
                .seconds("allocatedAcceleratorSeconds", reply.getAllocatedAcceleratorMillis())
                .objects(
                        "buckets",
                        reply.getBucketsList().stream()
                                .map(bucket -> new Fields()
                                        .text("name", bucket.getName())
                                        .seconds("acceleratorSeconds", bucket.getAcceleratorMillis()))
                                .toList())
                .seconds("queuedSeconds", reply.getQueuedMillis())
                .number("ettr", reply.getEttr());
        if (reply.hasLastHourEttr()) {
            fields.number("lastHourEttr", reply.getLastHourEttr());
        }
        return fields.seconds("queuedAcceleratorSeconds", reply.getQueuedAcceleratorMillis())
                .seconds("sufferedAcceleratorSeconds", reply.getSufferedAcceleratorMillis())
                .seconds("causedAcceleratorSeconds", reply.getCausedAcceleratorMillis());
    }

    @Override
    public List<String> names() {
        return reply.getBucketsList().stream().map(GoodputBucket::getName).toList();
    }
}
