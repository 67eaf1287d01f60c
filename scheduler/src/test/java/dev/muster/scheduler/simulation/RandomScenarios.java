package dev.muster.scheduler.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes small scenarios in which everything that the format knows happens now and then. */
final class RandomScenarios {

    private final RandomGenerator random;
    private final List<String> levels;
    private final List<String> hosts = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private final List<Integer> free = new ArrayList<>();
    private final List<String> jobs = new ArrayList<>();
    private List<String> queues = List.of("default");
    private int accelerators;

    RandomScenarios(RandomGenerator random) {
        this.random = random;
        this.levels = List.of("zone", "block", "rack").subList(random.nextInt(4), 3);
    }

    String scenario() {
        String cluster = hosts();
        String shares = queues();
        String running = list(random.nextInt(6), this::running);
        String events = list(1 + random.nextInt(9), this::submit) + happening();
        String policy = "{'order':'" + pick(List.of("muster", "muster", "muster", "fifo")) + "','backfill':'"
                + pick(List.of("easy", "easy", "none")) + "','preemption':" + chance(80) + ",'consolidation':"
                + chance(40) + "}";
        String text = "{'id':'random','about':'random','levels':" + names(levels) + ",'hosts':[" + cluster + "]"
                + shares
                + ",'policy':" + policy + ",\n'running':[" + running + "],\n'events':[" + events + "],\n'until':"
                + pick(List.of("60", "500")) + ",'expect':{'maxCycles':8}}";
        return text.replace('\'', '"');
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String names(List<String> names) {
        return names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(",", "[", "]"));
    }

    private interface Part {
        String of(int number);
    }

    private static String list(int count, Part part) {
        return Stream.iterate(0, number -> number < count, number -> number + 1)
                .map(part::of)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(",\n"));
    }

    private String hosts() {
        return list(1 + random.nextInt(8), number -> {
            String path = names(levels.stream()
                    .map(level -> level.charAt(0) + "" + (1 + random.nextInt(2)))
                    .toList());
            int capacity = pick(List.of(1, 2, 4, 4, 8));
            accelerators += capacity;
            hosts.add("h" + number);
            paths.add(path);
            free.add(capacity);
            return "{'name':'h" + number + "','path':" + path + ",'capacity':{'gpu':" + capacity + "}"
                    + (chance(40) ? ",'labels':{'pool':'" + pick(List.of("a", "b")) + "'}" : "")
                    + (chance(10) ? ",'schedulable':false}" : "}");
        });
    }

    private String queues() {
        if (chance(40)) {
            return "";
        }
        queues = List.of("a", "b", "c").subList(0, 1 + random.nextInt(3));
        int share = accelerators / queues.size();
        return ",'queues':["
                + list(queues.size(), number -> {
                    int guaranteed = chance(60) ? random.nextInt(share + 1) : 0;
                    int max = Math.max(1, guaranteed) + random.nextInt(accelerators);
                    return "{'name':'" + queues.get(number) + "','guaranteed':{'gpu':" + guaranteed + "},'weight':"
                            + (1 + random.nextInt(3)) + ",'reclaim':" + chance(70)
                            + (chance(40) ? ",'max':{'gpu':" + max + "}}" : "}");
                })
                + "]";
    }

    private String running(int number) {
        int each = pick(List.of(1, 1, 2, 4));
        int wanted = 1 + random.nextInt(4);
        List<String> pods = new ArrayList<>();
        for (int pod = 0; pod < wanted; pod++) {
            int host = random.nextInt(hosts.size());
            if (free.get(host) >= each) {
                free.set(host, free.get(host) - each);
                pods.add("{'host':'" + hosts.get(host) + "','request':{'gpu':" + each + "}}");
            }
        }
        return pods.isEmpty()
                ? ""
                : "{" + job("r" + number, pods.size()) + ",'startedAt':" + -random.nextInt(600) + ",'pods':["
                        + String.join(",", pods) + "]}";
    }

    private String job(String name, int pods) {
        jobs.add(name);
        return "'job':'" + name + "','queue':'" + pick(queues) + "','priority':" + pick(List.of(0, 0, 0, 1, 5, 10))
                + (chance(50) ? ",'duration':" + (1 + random.nextInt(300)) : "")
                + (chance(30) ? ",'walltime':" + (1 + random.nextInt(400)) : "")
                + (chance(25) ? ",'minPods':" + (1 + random.nextInt(pods)) : "")
                + (chance(20) ? ",'minRuntime':" + random.nextInt(100) : "") + ",'preemptible':" + chance(80)
                + ",'movable':" + chance(30) + ",'pinned':" + chance(10);
    }

    private String submit(int number) {
        int pods = pick(List.of(1, 1, 2, 3, 4, 6, 8));
        return "{'at':" + random.nextInt(60) + ",'submit':{" + job("j" + number, pods) + ",'pods':" + pods
                + ",'request':{'gpu':" + pick(List.of(1, 1, 1, 2, 4)) + "}" + (chance(60) ? topology(pods) : "")
                + (chance(15) ? ",'leader':{'request':{'gpu':" + (1 + random.nextInt(2)) + "}}" : "")
                + (chance(15) ? ",'nodeSelector':{'pool':'a'}" : "") + (chance(5) ? ",'hold':true" : "") + "}}";
    }

    private String topology(int pods) {
        List<String> all = new ArrayList<>(levels);
        all.add("host");
        int required = random.nextInt(all.size());
        List<String> wishes = new ArrayList<>();
        if (chance(35)) {
            wishes.add("'required':'" + all.get(required) + "'");
        }
        if (chance(35)) {
            wishes.add("'preferred':'" + pick(all.subList(required, all.size())) + "'");
        }
        if (chance(30)) {
            List<Integer> sizes =
                    Stream.of(1, 2, 3, 4, 6, 8).filter(size -> pods % size == 0).toList();
            wishes.add("'slices':[{'size':" + pick(sizes) + ",'within':'" + pick(all) + "'}]");
        }
        if (chance(25)) {
            wishes.add("'spread':'balanced'");
        }
        return ",'topology':{" + String.join(",", wishes) + "}";
    }

    private String happening() {
        String events = list(random.nextInt(4), number -> {
            int from = random.nextInt(60);
            String what = pick(
                    List.of("hostDown", "hostDown", "hostUp", "cordon", "uncordon", "finish", "cancel", "maintenance"));
            String value = switch (what) {
                case "finish", "cancel" -> "'" + pick(jobs) + "'";
                case "maintenance" ->
                    "{'domain':" + pick(paths) + ",'from':" + from + ",'to':" + (from + 1 + random.nextInt(200)) + "}";
                default -> "'" + pick(hosts) + "'";
            };
            return "{'at':" + random.nextInt(60) + ",'" + what + "':" + value + "}";
        });
        return events.isEmpty() ? "" : ",\n" + events;
    }
}
