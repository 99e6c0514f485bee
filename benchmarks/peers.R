# Runs GLcascade with fastcascade on the files of one folder: Rscript peers.R FOLDER EPS
# Reads edges.csv, sectors.csv, essential.csv and scenarios.csv; writes answers.csv and times.json.
given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]
eps <- as.numeric(given[2])

edges <- read.csv(file.path(folder, "edges.csv"))
sectors <- read.csv(file.path(folder, "sectors.csv"), colClasses = c("integer", "character"))
essential <- as.matrix(read.csv(file.path(folder, "essential.csv"), header = FALSE))
failing <- read.csv(file.path(folder, "scenarios.csv"))$firm

# The package wants the class matrix in the order of the sorted names; ours are padded, so that order is that of the file.
names <- sort(unique(sectors$sector))
dimnames(essential) <- list(names, names)
n <- nrow(sectors)
W <- Matrix::sparseMatrix(i = edges$supplier, j = edges$customer, x = edges$weight, dims = c(n, n))
psi <- Matrix::sparseMatrix(i = failing, j = seq_along(failing), x = 1, dims = c(n, length(failing)))

begun <- proc.time()
result <- GLcascade::GL_cascade(
  W = W, p = sectors$sector, p_market = sectors$sector, ess_mat_sec = essential, psi_mat = psi,
  track_conv = TRUE, conv_type = 1, eps = eps, use_rcpp = TRUE, ncores = FALSE, run_id = "peer"
)
spent <- proc.time() - begun

digits <- function(x) formatC(as.numeric(x), digits = 17, format = "e")
answers <- data.frame(
  firm = failing, esri = digits(result$ESRI[, 1]), esri_down = digits(result$ESRI[, 2]),
  esri_up = digits(result$ESRI[, 3]), iterations = as.integer(result$ESRI_conv[, 3])
)
write.csv(answers, file.path(folder, "answers.csv"), row.names = FALSE, quote = FALSE)
cpu <- spent[["user.self"]] + spent[["sys.self"]]
writeLines(sprintf('{"cpu_s": %.6f, "wall_s": %.6f}', cpu, spent[["elapsed"]]), file.path(folder, "times.json"))
