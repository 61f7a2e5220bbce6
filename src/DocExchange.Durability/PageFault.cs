using System.Runtime.ExceptionServices;

namespace DocExchange.Durability;

/// <summary>
/// The first write or sync of a database's two files that failed. After it neither is written any more: what the kernel
/// dropped must not be taken for written, and pages of a transaction that is in the log by halves must not get into the data.
/// </summary>
/// <param name="broken">Told of it, on any thread; must not wait for anything.</param>
internal sealed class PageFault(Action broken)
{
    private ExceptionDispatchInfo? first;

    public bool IsThere => first is not null;

    public Exception? First => first?.SourceException;

    public void Throw() => first?.Throw();

    public void Note(Exception failure)
    {
        if (Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(failure), null) is null)
        {
            broken();
        }
    }
}
