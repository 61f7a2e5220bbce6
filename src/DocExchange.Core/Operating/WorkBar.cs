namespace DocExchange.Core.Operating;

/// <summary>
/// How far long work of a verb has come: one line on the error stream, written over as the work goes on, before a person's eyes;
/// nothing for a file, a pipe or JSON. For one caller at a time. Disposing takes it away.
/// </summary>
public sealed class WorkBar : IProgress<long>, IDisposable
{
    private const int Cells = 30;
    private const string ToEndOfLine = "\u001b[K";

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly VerbAnswer answer;
    private readonly TextWriter? screen;
    private readonly TimeProvider clock;
    private string work = "";
    private long whole;
    private long drawnAt;

    /// <param name="screen">Null: nobody watches.</param>
    internal WorkBar(VerbAnswer answer, TextWriter? screen, TimeProvider clock) => (this.answer, this.screen, this.clock) = (answer, screen, clock);

    /// <summary>Shows a bar while the work goes on, where a person looks on.</summary>
    public static async Task<T> WatchAsync<T>(VerbAnswer answer, Func<WorkBar, Task<T>> work)
    {
        using var bar = new WorkBar(answer, answer.IsJson || Console.IsOutputRedirected || Console.IsErrorRedirected ? null : Console.Error, TimeProvider.System);
        return await work(bar);
    }

    /// <summary>What is done from now on.</summary>
    /// <param name="size">How much there is to do of it: bytes, or entries.</param>
    public void Begin(string chinese, string english, long size)
    {
        (work, whole) = (answer.Say(chinese, english), size);
        Draw(0);
    }

    /// <summary>How much of it is done. Drawn ten times a second at most.</summary>
    public void Report(long value)
    {
        if (clock.GetElapsedTime(drawnAt) >= Pace)
        {
            Draw(value);
        }
    }

    public void Dispose() => screen?.Write("\r" + ToEndOfLine);

    private void Draw(long done)
    {
        drawnAt = clock.GetTimestamp();
        var share = whole > 0 ? Math.Clamp((double)done / whole, 0, 1) : 0;
        var full = (int)(share * Cells);
        screen?.Write(FormattableString.Invariant($"\r{work} {new string('━', full)}{new string('┄', Cells - full)} {(int)(share * 100)}%{ToEndOfLine}"));
    }
}
