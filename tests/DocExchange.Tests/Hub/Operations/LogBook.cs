using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DocExchange.Tests.Hub.Operations;

/// <summary>Every line a hub under test logs, with its exceptions.</summary>
internal sealed class LogBook : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly SemaphoreSlim written = new(0);

    public IReadOnlyCollection<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
        written.Release();
    }

    /// <summary>Waits for the next line.</summary>
    public Task<bool> NextAsync(TimeSpan patience) => written.WaitAsync(patience);

    public void Dispose()
    {
    }
}
