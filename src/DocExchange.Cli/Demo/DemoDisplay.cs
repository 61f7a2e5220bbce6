using Spectre.Console;

namespace DocExchange.Cli.Demo;

/// <summary>How the demonstration shows what it is at; silent here, for JSON.</summary>
internal class DemoDisplay
{
    public static DemoDisplay For(Screen screen) => screen.IsJson ? new DemoDisplay() : screen.Terminal.IsInteractive ? new LiveDisplay(screen) : new PlainDisplay(screen);

    /// <summary>Runs all of it, with whatever moves on the screen meanwhile.</summary>
    public virtual Task RunAsync(Func<Task> run) => run();

    public virtual void Begin(DemoPhase phase)
    {
    }

    public virtual void End(DemoPhase phase, TimeSpan time)
    {
    }

    public virtual void Note(string chinese, string english)
    {
    }

    /// <summary>What changed on the status board since the last look.</summary>
    public virtual void Show(DemoBoard board)
    {
    }

    /// <summary>How far a count has come.</summary>
    public virtual void Count(string chinese, string english, int done, int all)
    {
    }
}

/// <summary>Lines, for logs and pipes.</summary>
internal sealed class PlainDisplay(Screen screen) : DemoDisplay
{
    private readonly BoardChanges changes = new(screen);
    private (string Name, int Done) last;

    public override void Begin(DemoPhase phase) => screen.Tell($"▶ {phase.Chinese}", $"▶ {phase.English}");

    public override void End(DemoPhase phase, TimeSpan time) => screen.Tell($"✓ {phase.Chinese}（{time.TotalSeconds:0.0} 秒）", $"✓ {phase.English} ({time.TotalSeconds:0.0} s)");

    public override void Note(string chinese, string english) => screen.Tell("    " + chinese, "    " + english);

    public override void Show(DemoBoard board) => changes.Since(board).ForEach(line => Note(line, line));

    public override void Count(string chinese, string english, int done, int all)
    {
        if (last != (english, done))
        {
            last = (english, done);
            screen.Tell($"    {chinese} {done}/{all}", $"    {english} {done}/{all}");
        }
    }
}

/// <summary>Bars that fill, on a terminal.</summary>
internal sealed class LiveDisplay(Screen screen) : DemoDisplay
{
    private readonly BoardChanges changes = new(screen);
    private readonly Dictionary<string, ProgressTask> bars = [];
    private readonly IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen.Terminal.Output) });
    private ProgressContext? progress;

    public override Task RunAsync(Func<Task> run) => console.Progress()
        .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingCountColumn(), new ElapsedTimeColumn())
        .StartAsync(async context =>
        {
            progress = context;
            await run();
        });

    public override void Begin(DemoPhase phase)
    {
        bars[phase.English] = progress!.AddTask("[bold]" + Markup.Escape(screen.Say(phase.Chinese, phase.English)) + "[/]", maxValue: 1);
    }

    public override void End(DemoPhase phase, TimeSpan time) => bars[phase.English].Value = 1;

    public override void Note(string chinese, string english) => console.MarkupLine("  [grey]" + Markup.Escape(screen.Say(chinese, english)) + "[/]");

    public override void Show(DemoBoard board) => changes.Since(board).ForEach(line => Note(line, line));

    public override void Count(string chinese, string english, int done, int all)
    {
        if (!bars.TryGetValue(english, out var bar))
        {
            bars[english] = bar = progress!.AddTask("  " + Markup.Escape(screen.Say(chinese, english)), maxValue: all);
        }

        bar.Value = done;
    }

    private sealed class RemainingCountColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text($"{task.Value:0}/{task.MaxValue:0}");
    }
}
