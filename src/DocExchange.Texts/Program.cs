using DocExchange.Texts;

await ReadingProcess.ServeAsync(Console.OpenStandardInput(), Console.OpenStandardOutput());
