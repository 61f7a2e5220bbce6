using Spectre.Console;

namespace DocExchange.Cli;

/// <summary>How far long work has come: a bar before a person's eyes, on the error stream; nothing for a file, a pipe or JSON.</summary>
internal sealed class LongWork
{
    private readonly ProgressTask? bar;

    private LongWork(ProgressTask? bar) => this.bar = bar;

    /// <summary>Work that nobody watches.</summary>
    public static LongWork Unseen { get; } = new(null);

    /// <param name="work">Says with <see cref="Has"/> how much there is to do, and with <see cref="Add"/> what was done of it.</param>
    public static async Task<T> WatchAsync<T>(Screen screen, string chinese, string english, Func<LongWork, Task<T>> work)
    {
        if (screen.IsJson || !screen.Terminal.IsInteractive || Console.IsErrorRedirected)
        {
            return await work(Unseen);
        }

        return await AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(screen.Terminal.Error) }).Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Markup.Escape(screen.Say(chinese, english)));
                bar.IsIndeterminate = true;
                return await work(new LongWork(bar));
            });
    }

    /// <summary>How much there is to do: bytes, or entries.</summary>
    public void Has(long whole)
    {
        if (bar is not null && whole > 0)
        {
            (bar.MaxValue, bar.IsIndeterminate) = (whole, false);
        }
    }

    public void Add(long done) => bar?.Increment(done);
}
