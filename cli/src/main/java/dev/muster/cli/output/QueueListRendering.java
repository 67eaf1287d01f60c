package dev.muster.cli.output;

import static dev.muster.cli.output.Table.Column.left;
import static dev.muster.cli.output.Table.Column.right;

import dev.muster.proto.v1.QueueView;
import java.time.Duration;
import java.util.List;

/** Queues, parents before children. */
public record QueueListRendering(List<QueueView> queues) implements Rendering {

    public QueueListRendering {
        queues = List.copyOf(queues);
    }

    @Override
    public void table(Console console, boolean wide) {
        Table table = new Table(
                left("QUEUE"),
                left("PARENT"),
                right("USED"),
                right("GUARANTEED"),
                right("BORROWED"),
                right("MAX"),
                right("WEIGHT"),
                right("SHARE"),
                right("RUNNING"),
                right("PENDING"),
                right("OLDEST WAIT"));
        for (QueueView queue : queues) {
            table.row(
                    Styled.bold(queue.getName()),
                    queue.getParent(),
                    queue.getUsed().getAccelerators(),
                    queue.getGuaranteed().getAccelerators(),
                    queue.getBorrowed().getAccelerators(),
                    queue.hasMax() ? queue.getMax().getAccelerators() : Times.NONE,
                    Words.decimals(queue.getWeight(), 1),
                    Words.decimals(queue.getFairShare(), 3),
                    queue.getRunning(),
                    queue.getPending(),
                    queue.getPending() == 0 ? Times.NONE : Times.brief(Duration.ofMillis(queue.getOldestWaitMillis())));
        }
        table.print(console, wide);
    }

    @Override
    public Fields fields() {
        return new Fields()
                .objects(
                        "queues", queues.stream().map(QueueListRendering::queue).toList());
    }

    private static Fields queue(QueueView queue) {
        Fields fields = new Fields()
                .text("name", queue.getName())
                .text("parent", queue.getParent())
                .object("guaranteed", JobFields.resources(queue.getGuaranteed()));
        if (queue.hasMax()) {
            fields.object("max", JobFields.resources(queue.getMax()));
        }
        return fields.number("weight", queue.getWeight())
                .object("used", JobFields.resources(queue.getUsed()))
                .object("borrowed", JobFields.resources(queue.getBorrowed()))
                .number("fairShare", queue.getFairShare())
                .number("running", queue.getRunning())
                .number("pending", queue.getPending())
                .seconds("oldestWaitSeconds", queue.getOldestWaitMillis());
    }

    @Override
    public List<String> names() {
        return queues.stream().map(QueueView::getName).toList();
    }
}
