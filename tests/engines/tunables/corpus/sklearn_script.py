from sklearn.ensemble import GradientBoostingClassifier
from sklearn.model_selection import cross_val_score

RANDOM_STATE = 0
N_SPLITS = 5
TEST_SIZE = 0.2

PARAMS = {
    'n_estimators': 200,
    'learning_rate': 0.1,
    'max_depth': 3,
    'subsample': .8,
    'min_samples_leaf': 1,
    'loss': 'log_loss',
    'random_state': RANDOM_STATE,
}

FEATURES = {"age": 0, "fare": 1}

try:
    import lightgbm
    USE_LGBM = True
except ImportError:
    USE_LGBM = False

if USE_LGBM:
    NUM_LEAVES = 31

for scale in (0.1, 1.0):
    C = 10.0

THRESHOLD = 0.5
THRESHOLD += 0.1

model = GradientBoostingClassifier(**PARAMS)


def warm():
    global GAMMA
    GAMMA = 0.2


GAMMA = 0.1
A, B = 1, 2
TOL = 1e-4
print(cross_val_score(model, [], [], cv=N_SPLITS).mean())
