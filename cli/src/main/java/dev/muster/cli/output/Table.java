package dev.muster.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings, each column as wide as its widest cell. */
public final class Table {

    private static final String GAP = "  ";

    private final List<Column> columns;
    private final List<List<Styled>> rows = new ArrayList<>();

    public Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /** @param cells one for each column: a {@link Styled} or a value */
    public Table row(Object... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(Arrays.stream(cells).map(Table::styled).toList());
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    public void print(Console console, boolean wide) {
        lines(console, wide).forEach(line -> console.printSafe(line + System.lineSeparator()));
    }

    /** The lines, safe to print. */
    public List<String> lines(Console console, boolean wide) {
        int[] widths = widths(wide);
        List<String> lines = new ArrayList<>();
        lines.add(line(
                console,
                widths,
                columns.stream().map(column -> Styled.dim(column.heading())).toList()));
        rows.forEach(row -> lines.add(line(console, widths, row)));
        return lines;
    }

    /** The width of each column; negative where it is left out. */
    private int[] widths(boolean wide) {
        int[] widths = new int[columns.size()];
        for (int index = 0; index < widths.length; index++) {
            Column column = columns.get(index);
            int place = index;
            int widest = rows.stream()
                    .mapToInt(row -> SafeText.of(row.get(place).text()).length())
                    .max()
                    .orElse(0);
            boolean shown = wide || !column.wideOnly();
            widths[index] = shown ? Math.max(widest, column.heading().length()) : -1;
        }
        return widths;
    }

    private String line(Console console, int[] widths, List<Styled> cells) {
        StringBuilder line = new StringBuilder();
        int owed = 0;
        boolean first = true;
        for (int index = 0; index < widths.length; index++) {
            if (widths[index] < 0) {
                continue;
            }
            Styled cell = cells.get(index);
            int padding = widths[index] - SafeText.of(cell.text()).length();
            boolean right = columns.get(index).rightAligned();
            // Spaces are owed until something follows them, so that no line ends in spaces.
            owed += first ? 0 : GAP.length();
            owed += right ? padding : 0;
            if (!cell.text().isEmpty()) {
                line.append(" ".repeat(owed)).append(console.render(cell));
                owed = 0;
            }
            owed += right ? 0 : padding;
            first = false;
        }
        return line.toString();
    }

    private static Styled styled(Object cell) {
        return cell instanceof Styled styled ? styled : Styled.plain(String.valueOf(cell));
    }

    /** A heading and where its cells lean. */
    public record Column(String heading, boolean rightAligned, boolean wideOnly) {

        public static Column left(String heading) {
            return new Column(heading, false, false);
        }

        public static Column right(String heading) {
            return new Column(heading, true, false);
        }

        /** Shown with {@code -o wide} only. */
        public Column wide() {
            return new Column(heading, rightAligned, true);
        }
    }
}
